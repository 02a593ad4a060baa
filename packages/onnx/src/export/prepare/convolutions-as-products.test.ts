import { describe, expect, test } from '@jest/globals';
import {
  type Attributes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  hostArray,
  inputTypes,
  type OpName,
  type Padding,
  simplify,
  sizeOf,
  type Value,
  vjpGraph,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { randomSource } from '@manabi/testing';
import { convolutionsAsProducts } from './convolutions-as-products.ts';
import { sinkTransposes } from './sink-transposes.ts';

/** A convolution of images [N, n..., C] with filters [k..., C / groups, O], as in a layer. */
interface Case {
  readonly images: readonly number[];
  readonly filters: readonly number[];
  readonly stride?: number;
  readonly dilation?: number;
  readonly padding?: Padding;
  readonly groups?: number;
  /** How filters are stored: with channels last by default. */
  readonly order?: (b: GraphBuilder, filters: Value) => Value;
}

/** Transposes filters [k..., C, O] to [O, C, k...]. */
function transposed(b: GraphBuilder, filters: Value): Value {
  const { length } = b.shape(filters);
  return b.transpose(filters, [length - 1, length - 2, ...Array.from({ length: length - 2 }, (_, axis) => axis)]);
}

function attributesOf({ images, stride = 1, dilation = 1, padding = [0, 0], groups = 1 }: Case): Attributes['conv'] {
  const spatial = images.slice(2);
  return {
    strides: spatial.map(() => stride),
    padding: spatial.map(() => padding),
    lhsDilation: spatial.map(() => 1),
    rhsDilation: spatial.map(() => dilation),
    groups,
  };
}

/** Creates the graph of a convolution as in a layer, and of its gradients. */
function gradientsOf(given: Case): Graph {
  const { images, filters, order = transposed } = given;
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: images });
  const weights = b.input({ dtype: 'float32', shape: filters });
  const axes = images.map((_, axis) => axis);
  const last = axes.length - 1;
  const y = b.conv(b.transpose(x, [0, last, ...axes.slice(1, -1)]), order(b, weights), attributesOf(given));
  const result = b.transpose(y, [0, ...axes.slice(2), 1]);
  return simplify(vjpGraph(b.finish([b.mul(result, result)]), { wrt: [0, 1] }), { final: true });
}

/** Applies the pass, and expects the same results, also after transposes have moved. */
function rewritten(graph: Graph, constants = 0): Graph {
  const result = simplify(convolutionsAsProducts(graph, constants), { final: true });
  const random = randomSource(1);
  const inputs = inputTypes(graph).map(({ dtype, shape }) =>
    hostArray(
      dtype,
      shape,
      random.float32Array(sizeOf(shape)).map((value) => value - 0.5),
    ),
  );
  const expected = interpret(graph, inputs);
  for (const changed of [result, simplify(sinkTransposes(result), { final: true })]) {
    for (const [i, { shape, data }] of interpret(changed, inputs).entries()) {
      expect(shape).toEqual(expected[i].shape);
      const differences = [...data].map((value, at) => Math.abs(Number(value) - Number(expected[i].data[at])));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    }
  }
  return result;
}

function countOf(graph: Graph, name: OpName): number {
  return graph.nodes.filter(({ op }) => op === name).length;
}

describe('convolutionsAsProducts', () => {
  test.each<[string, Case]>([
    ['filters of one element', { images: [2, 3, 3, 5], filters: [1, 1, 5, 4] }],
    ['filters of one element, with strides', { images: [2, 5, 5, 5], filters: [1, 1, 5, 4], stride: 2 }],
    ['filters of one element, with a remainder', { images: [2, 6, 6, 5], filters: [1, 1, 5, 4], stride: 3 }],
    ['images of one element', { images: [2, 1, 1, 5], filters: [1, 1, 5, 4] }],
    ['filters as large as the images', { images: [2, 3, 3, 5], filters: [3, 3, 5, 4] }],
    ['padding', { images: [2, 3, 3, 5], filters: [3, 3, 5, 4], padding: [1, 1] }],
    ['padding on one side', { images: [2, 4, 4, 6], filters: [3, 3, 6, 7], padding: [0, 2] }],
    ['padding larger than filters', { images: [1, 2, 2, 6], filters: [2, 2, 6, 7], padding: [3, 2] }],
    ['elements of filters that meet padding only', { images: [2, 1, 1, 5], filters: [3, 3, 5, 4], padding: [2, 2] }],
    ['filters of an even length', { images: [2, 4, 4, 6], filters: [2, 4, 6, 7], padding: [1, 1] }],
    ['strides', { images: [2, 5, 5, 6], filters: [3, 3, 6, 7], padding: [1, 1], stride: 2 }],
    ['strides with a remainder', { images: [1, 6, 6, 6], filters: [2, 2, 6, 7], stride: 3 }],
    ['dilation', { images: [1, 6, 6, 6], filters: [2, 2, 6, 7], padding: [1, 2], dilation: 2 }],
    ['strides and dilation', { images: [1, 7, 7, 6], filters: [2, 2, 6, 7], padding: [1, 0], dilation: 3, stride: 2 }],
    ['one spatial axis', { images: [3, 8, 5], filters: [3, 5, 4], padding: [2, 0], stride: 2 }],
    ['three spatial axes', { images: [1, 3, 3, 3, 4], filters: [2, 2, 2, 4, 5], padding: [1, 0] }],
  ])('computes products for %s', (_, given) => {
    const graph = gradientsOf(given);
    expect(countOf(graph, 'conv')).toBe(3);
    const result = rewritten(graph);
    expect(countOf(result, 'conv')).toBe(0);
    expect(countOf(result, 'dot')).toBe(3);
  });

  test('needs no transpose for a layer', () => {
    const { images, filters, padding } = { images: [2, 3, 3, 5], filters: [3, 3, 5, 4], padding: [1, 1] as const };
    expect(countOf(rewritten(gradientsOf({ images, filters, padding })), 'transpose')).toBe(0);
    expect(countOf(rewritten(gradientsOf({ images, filters: [1, 1, 5, 4] })), 'transpose')).toBe(0);
  });

  test.each<[string, Case]>([
    ['many positions', { images: [8, 6, 6, 4], filters: [3, 3, 4, 4] }],
    ['groups', { images: [2, 3, 3, 4], filters: [2, 2, 2, 4], groups: 2 }],
  ])('keeps convolutions with %s', (_, given) => {
    const graph = gradientsOf(given);
    expect(convolutionsAsProducts(graph, 0)).toBe(graph);
  });

  test('keeps convolutions with filters that are stored with channels first', () => {
    const graph = gradientsOf({ images: [2, 3, 3, 5], filters: [4, 5, 2, 2], order: (_, filters) => filters });
    const kept = rewritten(graph).nodes.filter(({ op }) => op === 'conv');
    expect(kept.map(({ operands }) => operands[1])).toContain(1);
  });

  test('keeps convolutions with constant filters', () => {
    const b = graphBuilder();
    const [filters, x] = [
      [1, 1, 5, 4],
      [2, 3, 3, 5],
    ].map((shape) => b.input({ dtype: 'float32', shape }));
    const attributes = attributesOf({ images: [2, 3, 3, 5], filters: [1, 1, 5, 4] });
    const graph = b.finish([b.conv(b.transpose(x, [0, 3, 1, 2]), transposed(b, filters), attributes)]);
    expect(convolutionsAsProducts(graph, 1)).toBe(graph);
    expect(countOf(rewritten(graph), 'conv')).toBe(0);
  });

  test('keeps gradients of filters computed with dilated images', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [5, 2, 3, 3] });
    const slopes = b.neg(b.input({ dtype: 'float32', shape: [4, 2, 4, 4] }));
    const attributes = { ...attributesOf({ images: [5, 2, 3, 3], filters: [] }), lhsDilation: [2, 2] };
    const graph = b.finish([b.conv(x, slopes, attributes)]);
    expect(convolutionsAsProducts(graph, 0)).toBe(graph);
  });
});
