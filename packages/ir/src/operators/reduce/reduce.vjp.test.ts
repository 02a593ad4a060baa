import { describe, expect, test } from '@jest/globals';
import { vjpGraph } from '../../autodiff/reverse.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { interpret } from '../../interpret.ts';
import { hostArray } from '../../types/host-array.ts';
import { rowMajorStrides, type Shape, sizeOf } from '../../types/shape.ts';
import { graphBuilder } from '../graph-builder.ts';

const ones = (shape: Shape) => hostArray('float64', shape, new Float64Array(sizeOf(shape)).fill(1));

function gradient(shape: Shape, values: readonly number[], build: (b: GraphBuilder, x: Value) => Value, order = 1) {
  const b = graphBuilder();
  let graph = b.finish([build(b, b.input({ dtype: 'float64', shape }))]);
  const inputs = [hostArray('float64', shape, Float64Array.from(values))];
  for (let i = 0; i < order; i++) {
    inputs.push(...graph.outputs.map((output) => ones(graph.types[output].shape)));
    graph = vjpGraph(graph, { wrt: [0] });
  }
  const results = interpret(graph, inputs);
  return [...results[results.length - 1].data];
}

describe('reduceMax and reduceMin', () => {
  test('split the cotangent evenly among equal elements', () => {
    expect(gradient([2, 3], [1, 3, 3, 2, 2, 2], (b, x) => b.reduceMax(x, [1]))).toEqual([
      0,
      0.5,
      0.5,
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
    expect(gradient([4], [-1, 3, -1, 2], (b, x) => b.reduceMin(x, [0]))).toEqual([0.5, 0, 0.5, 0]);
  });

  test('return NaN gradients for all elements that are reduced with a NaN, and no gradients for an empty axis', () => {
    const max = (b: GraphBuilder, x: Value) => b.reduceMax(x, [1]);
    expect(gradient([2, 2], [Number.NaN, 1, 2, 1], max)).toEqual([Number.NaN, Number.NaN, 1, 0]);
    expect(gradient([2, 0], [], max, 2)).toEqual([]);
  });

  test('have a second derivative without NaN for an empty axis', () => {
    const b = graphBuilder();
    const graph = b.finish([b.reduceMax(b.input({ dtype: 'float64', shape: [2, 0] }), [1])]);
    const twice = vjpGraph(vjpGraph(graph, { wrt: [0] }), { wrt: [1] });
    const inputs = [ones([2, 0]), ones([2]), ones([2]), ones([2, 0])];
    expect([...interpret(twice, inputs)[2].data]).toEqual([0, 0]);
  });
});

describe('the gradient of reduceProd', () => {
  const product = (b: GraphBuilder, x: Value) => b.reduceProd(x, [1]);

  test('is the product of all other elements, even if one or two elements are zero', () => {
    expect(gradient([3, 3], [2, 3, 4, 2, 0, 4, 0, 3, 0], product)).toEqual([12, 8, 6, 0, 8, 0, 0, 0, 0]);
  });

  test('has exact second derivatives even if elements are zero', () => {
    // For the product x y z, the second derivative by x with all cotangents 1 is y z (from the product) plus y + z
    // (from the gradients x z and x y).
    expect(gradient([1, 3], [2, 3, 4], product, 2)).toEqual([12 + 3 + 4, 8 + 2 + 4, 6 + 2 + 3]);
    expect(gradient([1, 3], [0, 2, 3], product, 2)).toEqual([6 + 2 + 3, 0 + 0 + 3, 0 + 0 + 2]);
    expect(gradient([1, 3], [0, 0, 3], product, 2)).toEqual([0 + 0 + 3, 0 + 0 + 3, 0]);
  });

  test.each([
    ['one axis of three', [2, 5, 3], [1]],
    ['two adjacent axes', [2, 3, 4], [1, 2]],
    ['two separate axes', [3, 2, 4], [0, 2]],
    ['no axes', [4], []],
    ['axes of one element', [1, 3, 1], [0, 2]],
  ])('is exact along %s', (_, shape, axes) => {
    const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 5) - 2);
    const slopes = gradient(shape, [...values], (b, x) => b.reduceProd(x, axes));
    const strides = rowMajorStrides(shape);
    const indexOf = (i: number) => shape.map((length, axis) => Math.floor(i / strides[axis]) % length);
    const expected = Array.from(values, (_, i) => {
      const others = Array.from(values).filter(
        (_, j) => j !== i && indexOf(i).every((at, axis) => axes.includes(axis) || indexOf(j)[axis] === at),
      );
      return others.reduce((product, value) => product * value, 1);
    });
    expect(slopes.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
  });

  test('takes fewer than 204 nodes for a product of 100,000 elements', () => {
    const b = graphBuilder();
    const graph = vjpGraph(b.finish([b.reduceProd(b.input({ dtype: 'float64', shape: [100_000] }), [0])]), {
      wrt: [0],
    });
    expect(graph.nodes.length).toBeLessThan(17 * 12);
  });
});

test('the gradient of cumSum is a cumSum in the opposite direction', () => {
  expect(gradient([3], [1, 2, 4], (b, x) => b.cumSum(x, 0, false, false))).toEqual([3, 2, 1]);
  expect(gradient([3], [1, 2, 4], (b, x) => b.cumSum(x, 0, false, true))).toEqual([2, 1, 0]);
});
