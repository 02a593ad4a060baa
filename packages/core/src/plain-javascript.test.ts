import { describe, expect, test } from '@jest/globals';
import * as core from './index.ts';
import { thrown } from './test-backend/errors.fixture.ts';

// TypeScript would refuse all of these. Plain JavaScript must not go on without a word, or fail deep inside.

const { random, tensor } = core;
const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const key = random.key(1);

/** The error of a call with whatever arguments. */
function errorOf(f: unknown, ...args: readonly unknown[]) {
  if (typeof f !== 'function') throw new TypeError('There is no such function.');
  return thrown(() => Reflect.apply(f, null, args));
}

describe('a shape is a list', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [3]],
    ['zeros', core.zeros, [2, 3]],
    ['ones', core.ones, ['2']],
    ['full', core.full, [3, 1]],
    ['tensor', tensor, [[1, 2], { shape: 2 }]],
    ['reshape', core.reshape, [x, 3, 2]],
    ['broadcastTo', core.broadcastTo, [x, 2]],
    ['random.normal', random.normal, [key, 3]],
    ['random.normal', random.normal, [key]],
    ['random.uniform', random.uniform, [key, null]],
    ['random.truncatedNormal', random.truncatedNormal, [key, 3]],
    ['random.bits', random.bits, [key, 3]],
    ['random.randint', random.randint, [key, 3, 0, 10]],
  ])('%s', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op });
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [[2, -1]]],
    ['ones', core.ones, [[1.5]]],
    ['reshape', core.reshape, [x, [-2, 3]]],
    ['random.normal', random.normal, [key, [Number.NaN]]],
    ['linspace', core.linspace, [0, 1, 2.5]],
  ])('of whole numbers: %s', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'shape', op });
  });
});

describe('options are an object, and have names', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    [
      'tensor',
      tensor,
      [
        [1, 2, 3, 4],
        [2, 2],
      ],
    ],
    ['tensor', tensor, [[1, 2], 'int32']],
    ['zeros', core.zeros, [[2], 'int32']],
    ['zerosLike', core.zerosLike, [x, 'int32']],
    ['sum', core.sum, [x, 0, true]],
    ['argmax', core.argmax, [x, 0, true]],
    ['random.normal', random.normal, [key, [2], 5]],
    ['leakyRelu', core.leakyRelu, [x, 0.2]],
    ['gelu', core.gelu, [x, true]],
    ['layerNorm', core.layerNorm, [x, -1]],
    ['topK', core.topK, [x, 2, 1]],
    ['pad', core.pad, [x, 1, 'reflect']],
    ['scatterND', core.scatterND, [x, [[0]], 1, 'add']],
  ])('%s takes no other value in their place', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op, data: { known: expect.any(Array) } });
  });

  test.each<[string, string, unknown, readonly unknown[]]>([
    ['tensor', 'type', tensor, [[1], { type: 'int32' }]],
    ['eye', 'diagonal', core.eye, [2, 2, { diagonal: 1 }]],
    ['mean', 'keepDims', core.mean, [x, 0, { keepDims: true }]],
    ['max', 'axis', core.max, [x, 0, { axis: 0 }]],
    ['norm', 'order', core.norm, [x, 0, { order: 1 }]],
    ['cumsum', 'reversed', core.cumsum, [x, 0, { reversed: true }]],
    ['conv', 'stride', core.conv, [x, x, { stride: 2 }]],
    ['convTranspose', 'stride', core.convTranspose, [x, x, { stride: 2 }]],
    ['maxPool', 'stride', core.maxPool, [x, 2, { stride: 2 }]],
    ['avgPool', 'stride', core.avgPool, [x, 2, { stride: 2 }]],
    ['oneHot', 'type', core.oneHot, [x, 3, { type: 'int32' }]],
    ['softmaxCrossEntropy', 'ignore', core.softmaxCrossEntropy, [x, x, { ignore: 0 }]],
    ['leakyRelu', 'slope', core.leakyRelu, [x, { slope: 0.2 }]],
    ['elu', 'slope', core.elu, [x, { slope: 1 }]],
    ['celu', 'slope', core.celu, [x, { slope: 1 }]],
    ['gelu', 'tanh', core.gelu, [x, { tanh: true }]],
    ['hardSigmoid', 'slope', core.hardSigmoid, [x, { slope: 0.2 }]],
    ['thresholdedRelu', 'theta', core.thresholdedRelu, [x, { theta: 1 }]],
    ['shrink', 'lambda', core.shrink, [x, { lambda: 1 }]],
    ['layerNorm', 'eps', core.layerNorm, [x, { eps: 1e-3 }]],
    ['rmsNorm', 'bias', core.rmsNorm, [x, { bias: x }]],
    ['batchNorm', 'gamma', core.batchNorm, [x, { mean: x, variance: x, gamma: x }]],
    ['batchNormTraining', 'momentum', core.batchNormTraining, [x, { momentum: 0.9 }]],
    ['groupNorm', 'eps', core.groupNorm, [x, 1, { eps: 1e-3 }]],
    ['sort', 'reverse', core.sort, [x, 0, { reverse: true }]],
    ['argsort', 'reverse', core.argsort, [x, 0, { reverse: true }]],
    ['topK', 'sorted', core.topK, [x, 1, { sorted: true }]],
    ['pad', 'constantValues', core.pad, [x, 1, { constantValues: 1 }]],
    ['gatherND', 'batch', core.gatherND, [x, [[0]], { batch: 1 }]],
    ['scatterElements', 'reduction', core.scatterElements, [x, [[0]], 1, { reduction: 'add' }]],
    ['scatterND', 'reduction', core.scatterND, [x, [[0]], 1, { reduction: 'add' }]],
    ['random.categorical', 'draws', random.categorical, [key, x, { draws: 3 }]],
    ['scan', 'reversed', core.scan, [(c: unknown) => [c, c], x, x, { reversed: true }]],
    ['whileLoop', 'turns', core.whileLoop, [core.isnan, core.negative, x, { turns: 3 }]],
    ['random.normal', 'stddev', random.normal, [key, [2], { stddev: 2 }]],
    ['random.uniform', 'max', random.uniform, [key, [2], { max: 2 }]],
    ['jit', 'donates', core.jit, [core.sum, { donates: [0] }]],
    ['grad', 'argnum', core.grad, [core.sum, { argnum: 1 }]],
    ['valueAndGrad', 'aux', core.valueAndGrad, [core.sum, { aux: true }]],
  ])('%s has no option %s', (op, option, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op, data: { option } });
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['zeros', core.zeros, [[2], { dtype: 'float' }]],
    ['tensor', tensor, [[2], { dtype: 'int64' }]],
    ['arange', core.arange, [0, 3, 1, { dtype: 'int' }]],
    ['oneHot', core.oneHot, [x, 3, { dtype: 'float16' }]],
    ['random.normal', random.normal, [key, [2], { dtype: 'int32' }]],
  ])('%s knows no such dtype', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'dtype', op });
  });
});

describe('arguments of another kind', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['concatenate', core.concatenate, [x, x]],
    ['stack', core.stack, [x]],
    ['sum', core.sum, [x, { axis: 0 }]],
    ['softmax', core.softmax, [x, '0']],
    ['add', core.add, [x]],
    ['add', core.add, [x, { dtype: 'float32', shape: [3], data: new Float32Array(3) }]],
    ['random.normal', random.normal, [[2, 3]]],
    ['random.normal', random.normal, [42, [2, 3]]],
  ])('%s', (op, f, args) => {
    expect(errorOf(f, ...args)).toMatchObject({ code: 'argument', op });
  });

  test.each<[unknown]>([[undefined], [null], ['a'], [1n], [new Int8Array(2)], [new BigInt64Array(2)], [x]])(
    'no tensor has the elements %p',
    (element) => {
      expect(errorOf(tensor, element)).toMatchObject({ code: 'argument', op: 'tensor' });
      expect(errorOf(tensor, [element])).toMatchObject({ code: 'argument', op: 'tensor' });
    },
  );

  test.each<[string, unknown]>([
    ['jit', core.jit],
    ['grad', core.grad],
    ['valueAndGrad', core.valueAndGrad],
    ['vjp', core.vjp],
    ['jacobian', core.jacobian],
    ['hessian', core.hessian],
    ['checkpoint', core.checkpoint],
    ['customGradient', core.customGradient],
  ])('%s takes a function, not what it returned', (op, transform) => {
    expect(errorOf(transform, core.sum(x))).toMatchObject({ code: 'argument', op });
    expect(errorOf(transform, undefined)).toMatchObject({ code: 'argument', op });
  });

  test.each<[string, (f: (x: core.Tensor) => core.Tensor) => unknown]>([
    ['jacobian', core.jacobian],
    ['hessian', core.hessian],
  ])('%s is taken by one tensor', (op, transform) => {
    expect(errorOf(transform(core.sum), { x })).toMatchObject({ code: 'argument', op });
  });
});

describe("JavaScript's operators", () => {
  test.each<[string, (y: never) => unknown]>([
    ['x * 2', (y) => y * 2],
    ['x + 1', (y) => y + 1],
    ['x + x', (y) => y + y],
    ['x > 0', (y) => y > 0],
    ['-x', (y) => -y],
  ])('%s is an error, also under jit, where a branch would be taken for good', (_, use) => {
    expect(errorOf(use, x)).toMatchObject({ code: 'argument', op: 'Tensor', data: { shape: [2, 3] } });
    const { plain } = core.jit((y: core.Tensor) => Reflect.apply(use, null, [y]));
    expect(thrown(() => core.traceGraph(plain, { shape: [], dtype: 'float32' }))).toMatchObject({ op: 'Tensor' });
  });

  test('texts and JSON show shape, dtype and state', () => {
    const y = core.zeros([2], { dtype: 'int32' });
    expect(`${y}`).toBe('Tensor int32[2] (pending)');
    expect(JSON.stringify({ y })).toBe('{"y":"Tensor int32[2] (pending)"}');
  });
});

describe('shapes and dtypes that do not go together', () => {
  test('are told by the function that was called', () => {
    expect(errorOf(core.stack, [x, core.zeros([2, 2])])).toMatchObject({ code: 'shape', op: 'stack' });
  });

  test.each<[core.DType, core.DType, string]>([
    ['uint8', 'int32', 'int32'],
    ['uint8', 'float32', 'float32'],
    ['uint32', 'uint8', 'uint32'],
    ['bool', 'uint8', 'int32'],
    ['float32', 'float64', 'float32'],
  ])('%s and %s: the advice loses no more than it must', (one, other, wider) => {
    const operands = [core.zeros([1], { dtype: one }), core.zeros([1], { dtype: other })];
    const error = errorOf(core.add, ...operands);
    expect(error).toMatchObject({ code: 'dtype', data: { dtypes: [one, other] } });
    expect(error.message).toContain(`astype(x, '${wider}')`);
  });
});

describe('labels of a cross-entropy', () => {
  test('that are one-hot are told by their shape, whatever their dtype', () => {
    const hot = tensor([
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(errorOf(core.softmaxCrossEntropy, x, hot)).toMatchObject({ code: 'shape', data: { labels: [2, 3] } });
  });

  test('that are floats', () => {
    expect(errorOf(core.softmaxCrossEntropy, x, tensor([0, 1]))).toMatchObject({ code: 'dtype' });
  });
});

describe('formulas of einsum', () => {
  test.each<[string, readonly unknown[]]>([
    ['i!j->i', [x]],
    ['ij->i->j', [x]],
    ['ij,jk->ik', [x]],
  ])('%s cannot be read', (formula, operands) => {
    expect(errorOf(core.einsum, formula, ...operands)).toMatchObject({ code: 'argument', data: { formula } });
  });
});
