import { describe, expect, test } from '@jest/globals';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Value, WindowAttributes } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import type { DType } from '../../types/dtype.ts';
import { sizeOf, type TensorType } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';
import { window } from './window.ts';

const type = (dtype: DType, ...shape: number[]): TensorType => ({ dtype, shape });

function refused(run: () => unknown, code: string, data: object): void {
  expect(run).toThrow(expect.objectContaining({ code, data: expect.objectContaining(data) }));
}

/** Runs the graph that `build` returns on an operand whose elements are 0, 1, 2, … in row-major order. */
function counted(shape: number[], build: (b: GraphBuilder, x: Value) => readonly Value[]): number[][] {
  const b = graphBuilder();
  const x = b.reshape(b.iota('int32', [sizeOf(shape)], 0), shape);
  return interpret(b.finish(build(b, x)), []).map(({ data }) => [...data]);
}

function pooling(size: number, changes: Partial<WindowAttributes> = {}): WindowAttributes {
  return { window: [size], strides: [1], padding: [[0, 0]], dilation: [1], ...changes };
}

const plain: Attributes['conv'] = {
  strides: [1],
  padding: [[0, 0]],
  lhsDilation: [1],
  rhsDilation: [1],
  groups: 1,
};

describe('windows', () => {
  const infer = (x: TensorType, size: number[], stride: number[], dilation: number[]) =>
    window.windows.infer([x], { size, stride, dilation });

  test('returns shape [leading axes, numbers of windows, window lengths]', () => {
    expect(infer(type('bool', 2, 7, 9), [3, 2], [2, 1], [1, 4])).toEqual([type('bool', 2, 3, 5, 3, 2)]);
    expect(infer(type('int32', 2, 3), [4], [1], [1])).toEqual([type('int32', 2, 0, 4)]);
  });

  test('starts windows `stride` elements apart, with elements `dilation` apart', () => {
    expect(counted([5], (b, x) => [b.windows(x, [3], [1], [1])])).toEqual([[0, 1, 2, 1, 2, 3, 2, 3, 4]]);
    expect(counted([7], (b, x) => [b.windows(x, [2], [2], [3])])).toEqual([[0, 3, 2, 5]]);
    expect(counted([3, 3], (b, x) => [b.windows(x, [2, 2], [1, 1], [1, 1])])).toEqual([
      [0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8],
    ]);
  });

  test('rejects an operand with fewer axes than window lengths, and attributes that are not positive integers', () => {
    const x = type('float32', 4);
    refused(() => infer(x, [2, 2], [1, 1], [1, 1]), 'shape', { rank: 2 });
    refused(() => infer(x, [2], [1, 1], [1]), 'attribute', { attribute: 'stride' });
    refused(() => infer(x, [0], [1], [1]), 'attribute', { attribute: 'size', axis: 0 });
    refused(() => infer(x, [2], [1], [0.5]), 'attribute', { attribute: 'dilation', axis: 0 });
  });
});

describe('conv', () => {
  const infer = (x: TensorType, w: TensorType, changes: Partial<Attributes['conv']> = {}) =>
    window.conv.infer([x, w], { ...plain, ...changes });
  const run = (x: number[], w: number[], changes: Partial<Attributes['conv']>): number[] => {
    const b = graphBuilder();
    const image = b.constant(x, 'int32', [1, 1, x.length]);
    const filter = b.constant(w, 'int32', [1, 1, w.length]);
    return [...interpret(b.finish([b.conv(image, filter, { ...plain, ...changes })]), [])[0].data];
  };

  test('computes a cross-correlation: it does not reverse the filters', () => {
    expect(run([1, 2, 3, 4], [1, 10], {})).toEqual([21, 32, 43]);
  });

  test('skips windows by strides, and inserts zeros into the filter by rhsDilation and into the image by lhsDilation', () => {
    expect(run([1, 2, 3, 4, 5], [1, 10], { strides: [2] })).toEqual([21, 43]);
    expect(run([1, 2, 3, 4], [1, 10], { rhsDilation: [2] })).toEqual([31, 42]);
    expect(run([1, 2, 3], [1, 10], { lhsDilation: [2] })).toEqual([1, 20, 2, 30]);
  });

  test('pads the image with zeros, and removes elements for negative padding', () => {
    expect(run([1, 2, 3], [1, 10], { padding: [[1, 1]] })).toEqual([10, 21, 32, 3]);
    expect(run([1, 2, 3, 4, 5], [1, 10], { padding: [[-1, -1]] })).toEqual([32, 43]);
  });

  test('multiplies the filters of each group only by the channels of the group', () => {
    const b = graphBuilder();
    const x = b.constant([1, 2, 3, 4], 'int32', [1, 2, 2]);
    const filters = b.constant([1, 10], 'int32', [2, 1, 1]);
    const [result] = interpret(b.finish([b.conv(x, filters, { ...plain, groups: 2 })]), []);
    expect([...result.data]).toEqual([1, 2, 30, 40]);
  });

  test('returns an axis of length 0 if the filter is longer than the image', () => {
    expect(infer(type('float32', 2, 3, 4), type('float32', 5, 3, 6))).toEqual([type('float32', 2, 5, 0)]);
  });

  test('rejects operands of mismatched channels, ranks or dtypes, and invalid groups or padding', () => {
    const x = type('float32', 2, 4, 8);
    refused(() => infer(x, type('float32', 2, 3, 2)), 'shape', { groups: 1, w: [2, 3, 2] });
    refused(() => infer(x, type('float32', 3, 2, 2), { groups: 2 }), 'shape', { groups: 2 });
    refused(() => infer(x, type('float32', 2, 4, 2), { groups: 0 }), 'attribute', { groups: 0 });
    refused(() => infer(x, type('float32', 2, 4, 0)), 'shape', { w: [2, 4, 0] });
    refused(() => infer(x, type('float32', 2, 4)), 'shape', { operand: 'w', expected: 3 });
    refused(() => infer(type('float32', 2, 4, 8, 8), type('float32', 2, 4, 2, 2)), 'shape', { operand: 'x' });
    refused(() => infer(x, type('float64', 2, 4, 2)), 'dtype', { dtypes: ['float32', 'float64'] });
    refused(() => infer(type('uint8', 2, 4, 8), type('uint8', 2, 4, 2)), 'dtype', { dtype: 'uint8' });
    refused(() => infer(x, type('float32', 2, 4, 2), { padding: [] }), 'attribute', { attribute: 'padding' });
    refused(() => infer(x, type('float32', 2, 4, 2), { padding: [[0.5, 0]] }), 'attribute', { axis: 0 });
  });
});

describe('windowSum', () => {
  test('sums the elements of each window, counting padding as zero', () => {
    expect(counted([5], (b, x) => [b.windowSum(x, pooling(2, { strides: [2], padding: [[0, 1]] }))])).toEqual([
      [1, 5, 4],
    ]);
    expect(counted([2, 4], (b, x) => [b.windowSum(x, pooling(2, { dilation: [2] }))])).toEqual([[2, 4, 10, 12]]);
  });

  test('rejects dtype bool', () => {
    refused(() => window.windowSum.infer([type('bool', 4)], pooling(2)), 'dtype', { dtype: 'bool' });
  });
});

describe('maxPool', () => {
  const infer = (x: TensorType, attributes: WindowAttributes) => window.maxPool.infer([x], attributes);

  test('returns the maximum of each window and its index in the pooled axes', () => {
    const attributes: WindowAttributes = {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [1, 1],
      ],
      dilation: [1, 1],
    };
    expect(counted([2, 2, 3], (b, x) => b.maxPool(x, attributes))).toEqual([
      [3, 5, 9, 11],
      [3, 5, 3, 5],
    ]);
  });

  test('rejects a window that covers only padding, and an empty pooled axis', () => {
    refused(() => infer(type('float32', 2, 0), pooling(1)), 'shape', { axis: 0, lengths: [0] });
    refused(() => infer(type('float32', 0), pooling(2, { padding: [[1, 1]] })), 'shape', { axis: 0 });
    refused(() => infer(type('float32', 4), pooling(2, { padding: [[2, 0]] })), 'shape', { axis: 0 });
    refused(() => infer(type('float32', 1), pooling(2, { padding: [[1, 1]], dilation: [2] })), 'shape', { axis: 0 });
    expect(infer(type('float32', 0, 4), pooling(2))).toEqual([type('float32', 0, 3), type('int32', 0, 3)]);
  });

  test('rejects dtype bool, and an attribute that has not one entry per windowed axis', () => {
    refused(() => infer(type('bool', 4), pooling(2)), 'dtype', { dtype: 'bool' });
    refused(() => infer(type('int32', 4), pooling(2, { strides: [] })), 'attribute', { attribute: 'strides' });
    refused(() => infer(type('int32'), pooling(2)), 'shape', { rank: 1 });
  });
});

describe('maxUnpool', () => {
  const infer = (values: TensorType, indices: TensorType, inputShape: number[]) =>
    window.maxUnpool.infer([values, indices], { ...pooling(2), inputShape });

  test('writes values at their indices, and adds values with equal indices', () => {
    const attributes = { ...pooling(3), inputShape: [5] };
    const [sums] = counted([3], (b, x) => [b.maxUnpool(x, b.constant([1, 3, 3], 'int32', [3]), attributes)]);
    expect(sums).toEqual([0, 0, 0, 3, 0]);
  });

  test('rejects values or indices with another shape than the pooled axes', () => {
    expect(infer(type('float32', 2, 3), type('int32', 2, 3), [4])).toEqual([type('float32', 2, 4)]);
    refused(() => infer(type('float32', 2, 3), type('int32', 2, 3), [5]), 'shape', { expected: [4] });
    refused(() => infer(type('float32', 2, 3), type('int32', 1, 3), [4]), 'shape', { indices: [1, 3] });
    refused(() => infer(type('float32', 3), type('uint32', 3), [4]), 'dtype', { operand: 'indices' });
    refused(() => infer(type('bool', 3), type('int32', 3), [4]), 'dtype', { operand: 'values' });
  });
});
