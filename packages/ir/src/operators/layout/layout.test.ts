import { describe, expect, test } from '@jest/globals';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import type { DType } from '../../types/dtype.ts';
import { hostArray } from '../../types/host-array.ts';
import { type Shape, sizeOf, type TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import { fillReference, fromReference } from '../reference-array.ts';
import { layout } from './layout.ts';

const type = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });

/** Runs the graph that `build` returns on an int32 operand whose elements are 0, 1, 2, … in row-major order. */
function counted(shape: Shape, build: (b: GraphBuilder, x: Value) => Value): number[] {
  const b = graphBuilder();
  const graph = b.finish([build(b, b.input({ dtype: 'int32', shape }))]);
  const [result] = interpret(graph, [fromReference(fillReference({ dtype: 'int32', shape }, (i) => i))]);
  return [...result.data];
}

function refused(run: () => unknown, code: string, data: object): void {
  expect(run).toThrow(expect.objectContaining({ code, data: expect.objectContaining(data) }));
}

describe('reshape', () => {
  test('keeps the row-major order of elements', () => {
    expect(counted([2, 3], (b, x) => b.reshape(x, [3, 2]))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('rejects shapes with a different number of elements', () => {
    refused(() => layout.reshape.infer([type('int32', 2, 3)], { shape: [4] }), 'shape', { from: [2, 3], to: [4] });
    refused(() => layout.reshape.infer([type('int32', 2, 3)], { shape: [-2, -3] }), 'shape', { axis: 0 });
    expect(layout.reshape.infer([type('bool', 0, 3)], { shape: [7, 0] })).toEqual([type('bool', 7, 0)]);
  });
});

describe('transpose', () => {
  test('returns axis permutation[i] of the operand as axis i of the result, as NumPy does', () => {
    expect(layout.transpose.infer([type('float32', 2, 3, 5)], { permutation: [2, 0, 1] })[0].shape).toEqual([5, 2, 3]);
    expect(counted([2, 3], (b, x) => b.transpose(x, [1, 0]))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(counted([2, 1, 3], (b, x) => b.transpose(x, [2, 0, 1]))).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test('rejects missing, repeated and unknown axes', () => {
    const x = type('int32', 2, 3);
    refused(() => layout.transpose.infer([x], { permutation: [0] }), 'attribute', { given: [0] });
    refused(() => layout.transpose.infer([x], { permutation: [0, 0] }), 'axis', { axis: 0 });
    refused(() => layout.transpose.infer([x], { permutation: [0, 2] }), 'axis', { axis: 2 });
  });
});

describe('expand', () => {
  test('repeats elements along new axes and along axes of length 1', () => {
    expect(counted([2], (b, x) => b.expand(x, [2, 2], [1]))).toEqual([0, 1, 0, 1]);
    expect(counted([2], (b, x) => b.expand(x, [2, 2], [0]))).toEqual([0, 0, 1, 1]);
    expect(counted([2, 1], (b, x) => b.expand(x, [2, 3], [0, 1]))).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test('rejects another length for an axis longer than 1, and axes that are not ascending', () => {
    const x = type('int32', 2, 3);
    refused(() => layout.expand.infer([x], { shape: [2, 6], axes: [0, 1] }), 'shape', { axis: 1 });
    refused(() => layout.expand.infer([x], { shape: [3, 2], axes: [1, 0] }), 'axis', { axes: [1, 0] });
    refused(() => layout.expand.infer([x], { shape: [2, 3], axes: [0] }), 'attribute', { given: [0] });
    refused(() => layout.expand.infer([x], { shape: [2, 3], axes: [0, 2] }), 'axis', { axis: 2 });
    refused(() => layout.expand.infer([type('int32')], { shape: [2 ** 16, 2 ** 16], axes: [] }), 'shape', {
      size: 2 ** 32,
    });
  });
});

describe('slice', () => {
  test('returns every step-th element from start to limit', () => {
    expect(counted([7], (b, x) => b.slice(x, [1], [7], [2]))).toEqual([1, 3, 5]);
    expect(counted([7], (b, x) => b.slice(x, [1], [6], [2]))).toEqual([1, 3, 5]);
    expect(counted([2, 3], (b, x) => b.slice(x, [1, 0], [2, 3], [1, 2]))).toEqual([3, 5]);
    expect(counted([3], (b, x) => b.slice(x, [3], [3], [1]))).toEqual([]);
  });

  test('rejects ranges outside the operand and steps below 1', () => {
    const x = type('int32', 4);
    const infer = layout.slice.infer;
    refused(() => infer([x], { start: [0], limit: [5], step: [1] }), 'attribute', { axis: 0, limit: 5 });
    refused(() => infer([x], { start: [3], limit: [2], step: [1] }), 'attribute', { axis: 0, start: 3 });
    refused(() => infer([x], { start: [0], limit: [4], step: [0] }), 'attribute', { attribute: 'step' });
    refused(() => infer([x], { start: [], limit: [4], step: [1] }), 'attribute', { attribute: 'start' });
  });
});

test('reverse reverses the named axes', () => {
  expect(counted([2, 3], (b, x) => b.reverse(x, [1]))).toEqual([2, 1, 0, 5, 4, 3]);
  expect(counted([2, 3], (b, x) => b.reverse(x, [0]))).toEqual([3, 4, 5, 0, 1, 2]);
  refused(() => layout.reverse.infer([type('int32', 2)], { axes: [1] }), 'axis', { axis: 1 });
});

describe('pad', () => {
  test('adds elements before, after and between those of the operand', () => {
    expect(counted([3], (b, x) => b.pad(x, b.constant(9, 'int32'), [1], [2], [1]))).toEqual([9, 0, 9, 1, 9, 2, 9, 9]);
    expect(counted([0], (b, x) => b.pad(x, b.constant(9, 'int32'), [1], [1], [5]))).toEqual([9, 9]);
  });

  test('rejects a fill value that is not a scalar of the same dtype, and negative amounts of padding', () => {
    const x = type('int32', 4);
    const none = { low: [0], high: [0], interior: [0] };
    refused(() => layout.pad.infer([x, type('float32')], none), 'dtype', { dtypes: ['int32', 'float32'] });
    refused(() => layout.pad.infer([x, type('int32', 1)], none), 'shape', { shape: [1] });
    refused(() => layout.pad.infer([x, type('int32')], { ...none, high: [-1] }), 'attribute', { attribute: 'high' });
    refused(() => layout.pad.infer([x], none), 'argument', { expected: 2 });
  });
});

describe('concat', () => {
  test('joins operands along an axis', () => {
    expect(counted([2, 2], (b, x) => b.concat([x, b.slice(x, [0, 0], [2, 1], [1, 1])], 1))).toEqual([0, 1, 0, 2, 3, 2]);
  });

  test('rejects operands with different dtypes or different lengths of other axes', () => {
    const infer = layout.concat.infer;
    refused(() => infer([type('int32', 2, 3), type('int32', 3, 3)], { axis: 1 }), 'shape', { position: 1 });
    refused(() => infer([type('int32', 2), type('int32', 2, 1)], { axis: 0 }), 'shape', { position: 1 });
    refused(() => infer([type('int32', 2), type('uint8', 2)], { axis: 0 }), 'dtype', { dtypes: ['int32', 'uint8'] });
    refused(() => infer([type('int32'), type('int32')], { axis: 0 }), 'axis', { axis: 0 });
    refused(() => infer([], { axis: 0 }), 'argument', { given: 0 });
  });
});

describe('dynamicSlice and dynamicUpdateSlice', () => {
  const read = (starts: readonly number[]): number[] =>
    counted([3, 3], (b, x) => b.dynamicSlice(x, b.constant(starts, 'int32', [2]), [2, 2]));
  const write = (starts: readonly number[]): number[] =>
    counted([2, 3], (b, x) =>
      b.dynamicUpdateSlice(x, b.constant(9, 'int32', [1, 2]), b.constant(starts, 'int32', [2])),
    );

  test('dynamicSlice returns the window at the given start', () => {
    expect(read([1, 0])).toEqual([3, 4, 6, 7]);
  });

  test('dynamicUpdateSlice replaces the window at the given start', () => {
    expect(write([1, 0])).toEqual([0, 1, 2, 9, 9, 5]);
  });

  test('both clamp starts such that the window lies within the operand', () => {
    expect(read([2, -5])).toEqual([3, 4, 6, 7]);
    expect(write([7, 2])).toEqual([0, 1, 2, 3, 9, 9]);
  });

  test('both reject starts that are not int32 or not one per axis, and a window larger than the operand', () => {
    const x = type('float32', 3, 3);
    const infer = layout.dynamicSlice.infer;
    refused(() => infer([x, type('float32', 2)], { sizes: [1, 1] }), 'dtype', { dtype: 'float32' });
    refused(() => infer([x, type('int32', 3)], { sizes: [1, 1] }), 'shape', { starts: [3] });
    refused(() => infer([x, type('int32', 2)], { sizes: [1, 4] }), 'shape', { axis: 1 });
    const update = layout.dynamicUpdateSlice.infer;
    refused(() => update([x, type('float32', 4, 1), type('int32', 2)], {}), 'shape', { axis: 0 });
    refused(() => update([x, type('float32', 1), type('int32', 2)], {}), 'shape', { update: [1] });
    refused(() => update([x, type('int32', 1, 1), type('int32', 2)], {}), 'dtype', { dtypes: ['float32', 'int32'] });
  });
});

test('layout operators accept bool operands', () => {
  const b = graphBuilder();
  const x = b.input(type('bool', 3));
  const graph = b.finish([b.pad(b.reverse(x, [0]), b.constant(1, 'bool'), [0], [1], [0])]);
  expect(sizeOf(graph.types[graph.outputs[0]].shape)).toBe(4);
  expect([...interpret(graph, [hostArray('bool', [3], Uint8Array.of(1, 0, 0))])[0].data]).toEqual([0, 0, 1, 1]);
});
