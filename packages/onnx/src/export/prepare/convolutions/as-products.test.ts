import { describe, expect, test } from '@jest/globals';
import { type Graph, graphBuilder } from '@manabi/ir';
import { convolutionsAsProducts } from './as-products.ts';
import {
  attributesOf,
  countOf,
  gradientsOf,
  type LayerConvolution,
  rewrittenBy,
  transposed,
} from './layer-gradients.fixture.ts';

function rewritten(graph: Graph): Graph {
  return rewrittenBy((each) => convolutionsAsProducts(each, 0), graph);
}

describe('convolutionsAsProducts', () => {
  test.each<[string, LayerConvolution]>([
    ['filters of one element', { images: [2, 3, 3, 9], filters: [1, 1, 9, 8] }],
    ['filters of one element, with strides', { images: [2, 5, 5, 9], filters: [1, 1, 9, 8], stride: 2 }],
    ['filters of one element, with a remainder', { images: [2, 6, 6, 9], filters: [1, 1, 9, 8], stride: 3 }],
    ['images of one element', { images: [9, 1, 1, 9], filters: [1, 1, 9, 8] }],
    ['filters as large as the images', { images: [8, 3, 3, 9], filters: [3, 3, 9, 8] }],
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
    expect(countOf(rewritten(gradientsOf({ images: [2, 3, 3, 9], filters: [1, 1, 9, 8] })), 'transpose')).toBe(0);
  });

  test.each<[string, LayerConvolution]>([
    ['many positions', { images: [8, 6, 6, 4], filters: [3, 3, 4, 4] }],
    ['filters of one element and few channels', { images: [2, 3, 3, 9], filters: [1, 1, 9, 4] }],
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
      [1, 1, 9, 8],
      [2, 3, 3, 9],
    ].map((shape) => b.input({ dtype: 'float32', shape }));
    const attributes = attributesOf({ images: [2, 3, 3, 9], filters: [1, 1, 9, 8] });
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
