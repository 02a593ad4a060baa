import { describe, expect, test } from '@jest/globals';
import type { AxisPair } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import type { DType } from '../../types/dtype.ts';
import type { TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import { contraction } from './contraction.ts';

const type = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });

function refused(run: () => unknown, code: string, data: object): void {
  expect(run).toThrow(expect.objectContaining({ code, data: expect.objectContaining(data) }));
}

describe('dot', () => {
  const infer = (
    left: TensorType,
    right: TensorType,
    batch: readonly AxisPair[],
    contract: readonly AxisPair[],
  ): readonly TensorType[] => contraction.dot.infer([left, right], { batch, contract });

  test('returns the batch axes, then the free axes of the left operand, then those of the right operand', () => {
    expect(infer(type('float32', 2, 3, 4), type('float32', 4, 5, 2), [[0, 2]], [[2, 0]])).toEqual([
      type('float32', 2, 3, 5),
    ]);
    expect(infer(type('int32', 3), type('int32', 2, 4), [], [])).toEqual([type('int32', 3, 2, 4)]);
  });

  test('multiplies matrices', () => {
    const b = graphBuilder();
    const x = b.constant([1, 2, 3, 4, 5, 6], 'int32', [2, 3]);
    const y = b.constant([1, 0, 0, 1, 1, 1], 'int32', [3, 2]);
    const graph = b.finish([
      b.dot(x, y, [], [[1, 0]]),
      b.dot(
        x,
        y,
        [
          [0, 1],
          [1, 0],
        ],
        [],
      ),
    ]);
    const [product, elementwise] = interpret(graph, []);
    expect([...product.data]).toEqual([4, 5, 10, 11]);
    expect([...elementwise.data]).toEqual([1, 0, 3, 0, 5, 6]);
  });

  test('wraps integer sums that overflow', () => {
    const b = graphBuilder();
    const x = b.constant(65536, 'uint32', [3]);
    const y = b.constant([65536, 65535, 1], 'uint32', [3]);
    expect([...interpret(b.finish([b.dot(x, y, [], [[0, 0]])]), [])[0].data]).toEqual([0]);
  });

  test('returns zeros if a contracted axis is empty', () => {
    const b = graphBuilder();
    const graph = b.finish([b.dot(b.constant([], 'float32', [2, 0]), b.constant([], 'float32', [0, 1]), [], [[1, 0]])]);
    expect([...interpret(graph, [])[0].data]).toEqual([0, 0]);
  });

  test('rejects axis pairs of unequal lengths, repeated axes, and operands of unequal dtypes', () => {
    const x = type('float32', 2, 3);
    refused(() => infer(x, x, [], [[1, 0]]), 'shape', { pair: [1, 0] });
    refused(() => infer(x, x, [[0, 0]], [[0, 0]]), 'axis', { axis: 0, operand: 'left' });
    refused(
      () =>
        infer(
          x,
          type('float32', 3, 3),
          [],
          [
            [1, 0],
            [1, 1],
          ],
        ),
      'axis',
      { axis: 1, operand: 'left' },
    );
    refused(() => infer(x, x, [], [[1, 2]]), 'axis', { axis: 2, operand: 'right' });
    refused(() => infer(x, type('float64', 3), [], [[1, 0]]), 'dtype', { dtypes: ['float32', 'float64'] });
    refused(() => infer(type('uint8', 3), type('uint8', 3), [], [[0, 0]]), 'dtype', { dtype: 'uint8' });
  });
});

describe('topK', () => {
  const choose = (values: readonly number[], k: number, largest: boolean, dtype: DType = 'float32'): number[][] => {
    const b = graphBuilder();
    const graph = b.finish(b.topK(b.constant(values, dtype, [values.length]), k, 0, largest));
    return interpret(graph, []).map(({ data }) => [...data]);
  };
  const nan = Number.NaN;

  test('returns sorted values and their indices', () => {
    expect(choose([3, 1, 4, 1, 5], 3, true)).toEqual([
      [5, 4, 3],
      [4, 2, 0],
    ]);
    expect(choose([3, 1, 4, 1, 5], 3, false)).toEqual([
      [1, 1, 3],
      [1, 3, 0],
    ]);
  });

  test('returns equal elements in the order of their indices, for both the largest and the smallest elements', () => {
    expect(choose([0, -0, 0], 3, true)[1]).toEqual([0, 1, 2]);
    expect(choose([0, -0, 0], 3, false)[1]).toEqual([0, 1, 2]);
  });

  test('treats NaN as larger than all numbers, as NumPy sort does', () => {
    expect(choose([1, nan, Infinity, nan], 4, true)[1]).toEqual([1, 3, 2, 0]);
    expect(choose([1, nan, Infinity, nan], 4, false)[1]).toEqual([0, 2, 1, 3]);
  });

  test('sorts along any axis', () => {
    const b = graphBuilder();
    const x = b.constant([1, 6, 3, 4, 5, 2], 'int32', [3, 2]);
    const [values, indices] = interpret(b.finish(b.topK(x, 2, 0, true)), []);
    expect([...values.data]).toEqual([5, 6, 3, 4]);
    expect([...indices.data]).toEqual([2, 0, 1, 1]);
  });

  test('rejects k above the length of the axis, and bool operands', () => {
    const infer = (x: TensorType, k: number, axis: number) => () =>
      contraction.topK.infer([x], { k, axis, largest: true });
    refused(infer(type('float32', 3, 0), 1, 1), 'attribute', { k: 1, axis: 1 });
    refused(infer(type('float32', 3), -1, 0), 'attribute', { k: -1 });
    refused(infer(type('float32', 3), 1.5, 0), 'attribute', { k: 1.5 });
    refused(infer(type('float32'), 1, 0), 'axis', { axis: 0 });
    refused(infer(type('bool', 3), 1, 0), 'dtype', { dtype: 'bool' });
    expect(infer(type('float32', 3, 0), 0, 1)()).toEqual([type('float32', 3, 0), type('int32', 3, 0)]);
  });
});
