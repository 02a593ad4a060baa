import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import * as core from '@manabi/core';
import { layerFrom } from '../classes/index.ts';
import { input, layers, model, type SymbolicTensor } from '../index.ts';
import { bindings } from './bindings.ts';
import { operatorNames, operatorOf, ops, symbolic } from './index.ts';
import { Operation } from './operation.ts';

const rows = core.tensor([
  [1, -2, 3],
  [4, 5, -6],
]);

/** For each function, the symbolic computation of a tensor x of two axes, and the same on tensors. */
const computations: readonly (readonly [
  name: string,
  f: (x: SymbolicTensor) => SymbolicTensor,
  expected: (x: core.Tensor) => core.Tensor,
])[] = [
  ['add', (x) => symbolic(core.add)(x, 1.5), (x) => core.add(x, 1.5)],
  ['a number before a tensor', (x) => symbolic(core.sub)(1, x), (x) => core.sub(1, x)],
  ['a constant array', (x) => symbolic(core.mul)([1, 2, 3], x), (x) => core.mul(core.tensor([1, 2, 3]), x)],
  ['two tensors', (x) => symbolic(core.div)(x, symbolic(core.exp)(x)), (x) => core.div(x, core.exp(x))],
  ['mean', (x) => symbolic(core.mean)(x, -1, { keepdims: true }), (x) => core.mean(x, -1, { keepdims: true })],
  ['sum over several axes', (x) => symbolic(core.sum)(symbolic(core.expandDims)(x, 2), [1, 2]), (x) => core.sum(x, 1)],
  ['index', (x) => symbolic(core.index)(x, [], [1, null]), (x) => core.index(x, [], [1, null])],
  ['index with a position', (x) => symbolic(core.index)(x, '...', -1), (x) => core.index(x, '...', -1)],
  ['reshape', (x) => symbolic(core.reshape)(x, [-1, 3, 1]), (x) => core.reshape(x, [-1, 3, 1])],
  [
    'transpose',
    (x) => symbolic(core.transpose)(symbolic(core.expandDims)(x, 1), [0, 2, 1]),
    (x) => core.expandDims(x, 2),
  ],
  ['concatenate', (x) => symbolic(core.concatenate)([x, x], 1), (x) => core.concatenate([x, x], 1)],
  ['stack', (x) => symbolic(core.stack)([x, x], 1), (x) => core.stack([x, x], 1)],
  ['matmul', (x) => symbolic(core.matmul)(x, [[1], [2], [3]]), (x) => core.matmul(x, core.tensor([[1], [2], [3]]))],
  ['einsum', (x) => symbolic(core.einsum)('bi,bj->bij', x, x), (x) => core.einsum('bi,bj->bij', x, x)],
  ['softmax', (x) => symbolic(core.softmax)(x), (x) => core.softmax(x)],
  ['gelu', (x) => symbolic(core.gelu)(x), (x) => core.gelu(x)],
  [
    'gelu, approximate',
    (x) => symbolic(core.gelu)(x, { approximate: true }),
    (x) => core.gelu(x, { approximate: true }),
  ],
  ['clip', (x) => symbolic(core.clip)(x, -1, 2), (x) => core.clip(x, -1, 2)],
  ['clip without a lower bound', (x) => symbolic(core.clip)(x, null, 2), (x) => core.clip(x, null, 2)],
  ['astype', (x) => symbolic(core.astype)(x, 'int32'), (x) => core.astype(x, 'int32')],
  ['comparisons', (x) => symbolic(core.where)(symbolic(core.greater)(x, 0), x, 0), (x) => core.relu(x)],
  ['take', (x) => symbolic(core.take)(x, [1], 1), (x) => core.index(x, [], [1, 2])],
];

test.each(computations)(
  'symbolic: %s computes the same as on tensors, also in a copy of the model',
  async (_, f, expected) => {
    const x = input({ shape: [3] });
    const network = model({ inputs: x, outputs: f(x) });
    const copy = await layerFrom('Functional', network.getConfig());
    const wanted = expected(rows);
    for (const each of [network, copy]) {
      const got = each.apply(rows);
      expect([got.dtype, got.shape]).toEqual([wanted.dtype, wanted.shape]);
      expect(await got.array()).toEqual(await wanted.array());
    }
  },
);

test('every bound function is an operator', () => {
  for (const bind of bindings.values()) expect(operatorNames()).toContain(bind(0, 0, 0).operator);
});

test('symbolic rejects functions without an operator, tensors, and calls without symbolic tensors', () => {
  const x = input({ shape: [3] });
  const isArgument = expect.objectContaining({ code: 'argument' });
  expect(() => symbolic(core.batchNorm)).toThrow(isArgument);
  // @ts-expect-error plain JavaScript
  expect(() => symbolic(core.add)(x, rows)).toThrow(isArgument);
  expect(() => symbolic(core.add)(1, 2)).toThrow(isArgument);
});

test('Operation rejects unknown operators, and names the nearest ones', () => {
  expect(() => new Operation({ operator: 'Meen' })).toThrow(
    expect.objectContaining({
      code: 'argument',
      data: expect.objectContaining({ nearest: expect.arrayContaining(['Mean']) }),
    }),
  );
  expect(operatorOf('toString')).toBeUndefined();
});

test('an operator names itself and its layer in errors about arguments', () => {
  const x = input({ shape: [3] });
  const layer = new Operation({ operator: 'Pad', options: { padWidth: 1, mode: 'wrap' }, name: 'border' });
  expect(() => layer.apply(x)).toThrow(/border/);
  expect(() => layer.apply(x)).toThrow(expect.objectContaining({ code: 'argument' }));
});

test('an operator drops the mask of its input, as in Keras', async () => {
  const x = input({ shape: [3] });
  const words = layers.embedding({ inputDim: 7, outputDim: 2, maskZero: true }).apply(x);
  const means = layers.globalAveragePooling1d();
  const [masked, unmasked] = [words, symbolic(core.mul)(words, 1)].map((y) =>
    model({ inputs: x, outputs: means.apply(y) }),
  );
  const tokens = core.tensor([[3, 0, 0]]);
  expect(await masked.apply(tokens).array()).not.toEqual(await unmasked.apply(tokens).array());
});

test('the outputs of an operator with several results are separate tensors', async () => {
  const x = input({ shape: [3] });
  const parts = new Operation({ operator: 'Split', options: { indicesOrSections: [1], axis: 1 } }).applyAll(x);
  expect(parts.map(({ shape }) => shape)).toEqual([
    [null, 1],
    [null, 2],
  ]);
});

test('a constant array without axes turns integers into floats', async () => {
  const two = { array: { values: 2, dtype: 'float32', kind: 'numpy' } };
  const layer = new Operation({ operator: 'Multiply' });
  const doubled = layer.apply(core.tensor([3], { dtype: 'int32' }), {
    operands: { args: [{ input: 0 }, two], kwargs: {} },
  });
  expect([doubled.dtype, await doubled.array()]).toEqual(['float32', [6]]);
});

test('ops has all functions of symbolic, and computes the same for symbolic tensors and for tensors', async () => {
  expect(new Set(Object.values(ops))).toHaveProperty('size', bindings.size);
  const x = input({ shape: [3] });
  const y = ops.sub(1, ops.concatenate([ops.mul(x, [1, 2, 3]), ops.abs(x)], 1));
  const built = model({ inputs: x, outputs: ops.index(y, [], [1, null]) });
  const product = core.mul(rows, core.tensor([1, 2, 3]));
  const expected = core.index(core.sub(1, core.concatenate([product, core.abs(rows)], 1)), [], [1, null]);
  expect(await (await built.predict(rows)).array()).toEqual(await expected.array());
  expect(await ops.sub(1, ops.abs(rows)).array()).toEqual(await core.sub(1, core.abs(rows)).array());
});
