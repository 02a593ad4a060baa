import { describe, expect, test } from '@jest/globals';
import { hostArray, inputTypes } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { exportable } from './exportable.ts';
import { add, matmul, mul, relu, scalar, type Tensor, tensor } from './index.ts';

const parameters = { hidden: { kernel: tensor([[1, -1]]), bias: tensor([0.5, 0.5]) }, rate: scalar(3) };
type Parameters = typeof parameters;

function network({ hidden, rate }: Parameters, x: Tensor): Tensor {
  return mul(relu(add(matmul(x, hidden.kernel), hidden.bias)), rate);
}

const inputs = { x: { shape: [null, 1], dtype: 'float32' } } as const;

describe('exportable', () => {
  test('names parameters by their paths in the tree, and makes them the first inputs of the graph', async () => {
    const family = await exportable(network, parameters, inputs).exportPrograms();
    expect(family).toMatchObject({ name: 'network', inputNames: ['x'], outputNames: ['output'] });
    expect([...family.parameters.keys()]).toEqual(['hidden.kernel', 'hidden.bias', 'rate']);
    expect(inputTypes(family.graph(4)).map(({ shape }) => shape)).toEqual([[1, 2], [2], [], [4, 1]]);
  });

  test('returns a graph that computes the function for a given batch size', async () => {
    const family = await exportable(network, parameters, inputs).exportPrograms();
    const x = hostArray('float32', [2, 1], Float32Array.of(1, -2));
    const [y] = interpret(family.graph(2), [...family.parameters.values(), x]);
    expect(y).toEqual(hostArray('float32', [2, 2], Float32Array.of(4.5, 0, 0, 7.5)));
  });

  test('adds tensors that the function captures as further parameters, between those of the tree and the inputs', async () => {
    const outside = tensor([10, 20]);
    const shifted = (p: Parameters, x: Tensor): readonly Tensor[] => [add(network(p, x), outside), outside];
    const family = await exportable(shifted, parameters, inputs, { name: 'shifted' }).exportPrograms();
    expect(family).toMatchObject({ name: 'shifted', outputNames: ['output', 'output_1'] });
    expect(family.parameters.get('captured.0')).toEqual(hostArray('float32', [2], Float32Array.of(10, 20)));
    const x = hostArray('float32', [1, 1], Float32Array.of(1));
    const [y, z] = interpret(family.graph(1), [...family.parameters.values(), x]);
    expect([...y.data]).toEqual([14.5, 20]);
    expect([...z.data]).toEqual([10, 20]);
  });

  test('assigns a unique name to every parameter, even if two paths or names are equal', async () => {
    const outside = tensor([1]);
    const tree = { 'a.b': tensor([2]), a: { b: tensor([3]) }, captured: [tensor([4])] };
    const total = (p: typeof tree, x: Tensor): Tensor => add(add(mul(x, p['a.b']), p.a.b), add(p.captured[0], outside));
    const family = await exportable(total, tree, inputs).exportPrograms();
    expect([...family.parameters.keys()]).toEqual(['a.b', 'a.b_1', 'captured.0', 'captured.0_1']);
    const x = hostArray('float32', [1, 1], Float32Array.of(10));
    expect([...interpret(family.graph(1), [...family.parameters.values(), x])[0].data]).toEqual([28]);
    const alone = await exportable((w: Tensor, x: Tensor): Tensor => mul(x, w), scalar(3), inputs).exportPrograms();
    expect([...alone.parameters.keys()]).toEqual(['parameter']);
  });

  test('rejects unknown options and a wrong number of output names', async () => {
    const misspelled = { name: 'f', outputName: ['y'] };
    expect(() => exportable(network, parameters, inputs, misspelled)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'outputName' }) }),
    );
    for (const outputNames of [[], ['y', 'z']]) {
      await expect(exportable(network, parameters, inputs, { outputNames }).exportPrograms()).rejects.toMatchObject({
        code: 'argument',
        data: { name: 'outputNames', given: outputNames },
      });
    }
  });

  test('rejects a function that captures different tensors at different batch sizes', async () => {
    const ones = new Map([1, 2].map((size) => [size, tensor(Array.from({ length: size }, () => [1]))]));
    const dependent = (_: object, x: Tensor): Tensor => add(x, ones.get(x.shape[0]) ?? x);
    const family = await exportable(dependent, {}, inputs).exportPrograms();
    expect(() => family.graph(2)).toThrow(expect.objectContaining({ code: 'graph' }));
  });

  test('returns graphs for any length of an axis whose length has a name', async () => {
    const scores = (_: object, x: Tensor, y: Tensor): Tensor => matmul(x, y);
    const open = {
      x: { shape: ['batch', 'words', 2], dtype: 'float32' },
      y: { shape: [null, 2, 'letters'], dtype: 'float32' },
    } as const;
    const family = await exportable(scores, {}, open).exportPrograms();
    expect(family.openLengths).toEqual(['words', 'letters']);
    const graph = family.graph(3, { words: 5, letters: 7 });
    expect(inputTypes(graph).map(({ shape }) => shape)).toEqual([
      [3, 5, 2],
      [3, 2, 7],
    ]);
  });
});
