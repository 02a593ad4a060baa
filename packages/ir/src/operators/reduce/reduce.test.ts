import { describe, expect, test } from '@jest/globals';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import type { DType } from '../../types/dtype.ts';
import { hostArray } from '../../types/host-array.ts';
import type { Shape } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import { fillReference, fromReference } from '../reference-array.ts';
import { reduce } from './reduce.ts';

describe('type inference of reductions', () => {
  const x = { dtype: 'float32', shape: [2, 3, 4] } as const;

  test('removes the reduced axes from the shape', () => {
    expect(reduce.reduceSum.infer([x], { axes: [0, 2] })).toEqual([{ dtype: 'float32', shape: [3] }]);
    expect(reduce.reduceMax.infer([x], { axes: [] })).toEqual([x]);
    expect(reduce.argMax.infer([x], { axis: 1 })).toEqual([{ dtype: 'int32', shape: [2, 4] }]);
    expect(reduce.cumSum.infer([x], { axis: 1, reverse: true, exclusive: false })).toEqual([x]);
  });

  test.each([3, -1, 0.5])('rejects axis %p of a tensor of rank 3', (axis) => {
    expect(() => reduce.reduceSum.infer([x], { axes: [axis] })).toThrow(
      expect.objectContaining({ code: 'axis', op: 'reduceSum', data: { operand: 'x', type: x, axis, rank: 3 } }),
    );
    expect(() => reduce.argMin.infer([x], { axis })).toThrow(expect.objectContaining({ code: 'axis', op: 'argMin' }));
  });

  test('rejects a repeated axis', () => {
    expect(() => reduce.reduceSum.infer([x], { axes: [1, 1] })).toThrow(
      expect.objectContaining({ code: 'axis', data: expect.objectContaining({ axes: [1, 1], axis: 1 }) }),
    );
  });

  test('accepts bool for reduceMax and rejects bool for reduceSum', () => {
    const flags = { dtype: 'bool', shape: [2] } as const;
    expect(reduce.reduceMax.infer([flags], { axes: [0] })).toEqual([{ dtype: 'bool', shape: [] }]);
    expect(() => reduce.reduceSum.infer([flags], { axes: [0] })).toThrow(
      expect.objectContaining({ code: 'dtype', op: 'reduceSum', data: expect.objectContaining({ dtype: 'bool' }) }),
    );
  });

  test('rejects an empty axis for argMax', () => {
    expect(() => reduce.argMax.infer([{ dtype: 'float32', shape: [2, 0] }], { axis: 1 })).toThrow(
      expect.objectContaining({ code: 'shape', op: 'argMax', data: expect.objectContaining({ axis: 1 }) }),
    );
  });
});

const run = (dtype: DType, shape: Shape, values: readonly number[], build: (b: GraphBuilder, x: Value) => Value) => {
  const b = graphBuilder();
  const graph = b.finish([build(b, b.input({ dtype, shape }))]);
  const input = fromReference(fillReference({ dtype, shape }, (i) => values[i]));
  return [...interpret(graph, [hostArray(dtype, shape, input.data)])[0].data];
};

describe('reference implementations of reductions', () => {
  test('reduceSum sums along one or several axes', () => {
    const values = [1, 2, 3, 4, 5, 6];
    expect(run('int32', [2, 3], values, (b, x) => b.reduceSum(x, [1]))).toEqual([6, 15]);
    expect(run('int32', [2, 3], values, (b, x) => b.reduceSum(x, [0]))).toEqual([5, 7, 9]);
    expect(run('int32', [2, 3], values, (b, x) => b.reduceSum(x, [1, 0]))).toEqual([21]);
  });

  test('reductions of an empty axis return the identity, such as 0 for a sum', () => {
    expect(run('float32', [0], [], (b, x) => b.reduceSum(x, [0]))).toEqual([0]);
    expect(run('float32', [0], [], (b, x) => b.reduceProd(x, [0]))).toEqual([1]);
    expect(run('float32', [0], [], (b, x) => b.reduceMax(x, [0]))).toEqual([-Infinity]);
    expect(run('int32', [0], [], (b, x) => b.reduceMin(x, [0]))).toEqual([2147483647]);
    expect(run('bool', [0], [], (b, x) => b.reduceMax(x, [0]))).toEqual([0]);
    expect(run('bool', [0], [], (b, x) => b.reduceMin(x, [0]))).toEqual([1]);
  });

  test('reduceMax returns NaN, and argMax and argMin return the index of the first NaN', () => {
    expect(run('float32', [3], [1, Number.NaN, 3], (b, x) => b.reduceMax(x, [0]))).toEqual([Number.NaN]);
    expect(run('float32', [4], [1, Number.NaN, 3, Number.NaN], (b, x) => b.argMax(x, 0))).toEqual([1]);
    expect(run('float32', [4], [1, 0, Number.NaN, -1], (b, x) => b.argMin(x, 0))).toEqual([2]);
  });

  test('argMax returns the index of the first of several equal elements', () => {
    expect(run('int32', [2, 3], [1, 3, 3, 2, 2, 0], (b, x) => b.argMax(x, 1))).toEqual([1, 0]);
    expect(run('float32', [2], [-Infinity, -Infinity], (b, x) => b.argMax(x, 0))).toEqual([0]);
  });

  test('reduceSum and reduceProd wrap integers that overflow', () => {
    expect(run('uint8', [2], [200, 100], (b, x) => b.reduceSum(x, [0]))).toEqual([44]);
    expect(run('int32', [3], [65537, 65537, 1], (b, x) => b.reduceProd(x, [0]))).toEqual([131073]);
  });

  test('cumSum sums from the start or the end, with or without the element itself', () => {
    const sums = (reverse: boolean, exclusive: boolean) =>
      run('float32', [3], [1, 2, 4], (b, x) => b.cumSum(x, 0, reverse, exclusive));
    expect(sums(false, false)).toEqual([1, 3, 7]);
    expect(sums(false, true)).toEqual([0, 1, 3]);
    expect(sums(true, false)).toEqual([7, 6, 4]);
    expect(sums(true, true)).toEqual([6, 4, 0]);
  });
});
