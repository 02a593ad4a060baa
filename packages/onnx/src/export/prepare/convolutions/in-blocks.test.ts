import { describe, expect, test } from '@jest/globals';
import { type Graph, graphBuilder } from '@manabi/ir';
import { convolutionsInBlocks } from './in-blocks.ts';
import {
  attributesOf,
  countOf,
  gradientsOf,
  type LayerConvolution,
  rewrittenBy,
  transposed,
} from './layer-gradients.fixture.ts';

const BLOCK = 4;

/** Filters [h, w, C, 1] of a layer, as the filters [C, 1, h, w] of a convolution. */
const order: LayerConvolution['order'] = (b, filters) => b.transpose(filters, [2, 3, 0, 1]);

/** A convolution of 2 images with 8 channels, in which each channel has a filter of its own. */
function depthwise(side: number, given: Partial<LayerConvolution> = {}): LayerConvolution {
  return { images: [2, side, side, 8], filters: [3, 3, 8, 1], groups: 8, order, ...given };
}

function rewritten(graph: Graph): Graph {
  return rewrittenBy((each) => convolutionsInBlocks(each, 0, BLOCK), graph);
}

describe('convolutionsInBlocks', () => {
  test.each<[string, LayerConvolution]>([
    ['all channels', depthwise(5)],
    ['padding', depthwise(4, { padding: [1, 1] })],
    ['padding on one side', depthwise(4, { padding: [0, 1] })],
    ['filters of an even length', depthwise(4, { filters: [2, 4, 8, 1], padding: [1, 2] })],
    ['filters of one element', depthwise(3, { filters: [1, 1, 8, 1] })],
    ['strides', depthwise(7, { stride: 2, padding: [1, 1] })],
    ['strides with a remainder', depthwise(8, { stride: 3, padding: [0, 1] })],
    ['dilation', depthwise(7, { dilation: 2, padding: [2, 2] })],
    ['strides and dilation', depthwise(9, { stride: 2, dilation: 3 })],
    ['one image', depthwise(4, { images: [1, 4, 4, 8] })],
    ['one block', depthwise(4, { images: [2, 4, 4, 4], filters: [3, 3, 4, 1], groups: 4 })],
  ])('computes calls for %s', (_, given) => {
    const graph = gradientsOf(given);
    expect(countOf(graph, 'conv')).toBe(3);
    const result = rewritten(graph);
    expect(countOf(result, 'conv')).toBe(0);
    expect(countOf(result, 'call')).toBe(3);
  });

  test('turns padded images into padding', () => {
    const given = depthwise(6);
    const b = graphBuilder();
    const [x, filters] = [given.images, given.filters].map((shape) => b.input({ dtype: 'float32', shape }));
    const padded = b.pad(x, b.constant(0, 'float32', []), [0, 1, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]);
    const made = b.conv(b.transpose(padded, [0, 3, 1, 2]), b.transpose(filters, [2, 3, 0, 1]), attributesOf(given));
    const result = rewritten(b.finish([made]));
    expect(countOf(result, 'pad')).toBe(0);
    expect(countOf(result, 'call')).toBe(1);
  });

  test.each<[string, LayerConvolution]>([
    ['channels that fill no block', depthwise(4, { images: [2, 4, 4, 6], filters: [3, 3, 6, 1], groups: 6 })],
    ['two channels per group', depthwise(4, { filters: [3, 3, 2, 8], groups: 4, order: transposed })],
    ['two filters per channel', depthwise(4, { filters: [3, 3, 1, 16], groups: 8, order: transposed })],
    [
      'one spatial axis',
      depthwise(4, { images: [2, 4, 8], filters: [3, 8, 1], order: (b, x) => b.transpose(x, [1, 2, 0]) }),
    ],
  ])('keeps convolutions with %s', (_, given) => {
    const graph = gradientsOf(given);
    expect(convolutionsInBlocks(graph, 0, BLOCK)).toBe(graph);
  });

  test('keeps convolutions with constant filters', () => {
    const given = depthwise(4);
    const b = graphBuilder();
    const [filters, x] = [given.filters, given.images].map((shape) => b.input({ dtype: 'float32', shape }));
    const graph = b.finish([
      b.conv(b.transpose(x, [0, 3, 1, 2]), b.transpose(filters, [2, 3, 0, 1]), attributesOf(given)),
    ]);
    expect(convolutionsInBlocks(graph, 1, BLOCK)).toBe(graph);
    expect(countOf(rewritten(graph), 'call')).toBe(1);
  });
});
