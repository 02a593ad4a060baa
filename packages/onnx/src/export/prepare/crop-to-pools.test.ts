import { describe, expect, test } from '@jest/globals';
import {
  applyComposite,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type Padding,
  simplify,
  type Value,
  vjpGraph,
} from '@manabi/ir';
import { cropToPools } from './crop-to-pools.ts';
import { masksBeforeUnpooling } from './masks-before-unpooling.ts';
import { expectSameResults } from './same-results.fixture.ts';
import { sumsBeforeUnpooling } from './sums-before-unpooling.ts';

/** A convolution of images [2, 2, size, size] with filters [3, 2, 3, 3], followed by max pooling. */
interface Case {
  readonly size?: number;
  readonly stride?: number;
  readonly padding?: Padding;
  readonly finish?: (b: GraphBuilder, pooled: Value, before: Value) => Value;
}

/** Creates the graph of a pooled convolution with bias and ReLU, and of its gradients. */
function gradientsOf({ size = 7, stride = 1, padding = [0, 0], finish = (_, pooled) => pooled }: Case): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [2, 2, size, size] });
  const filters = b.input({ dtype: 'float32', shape: [3, 2, 3, 3] });
  const bias = b.input({ dtype: 'float32', shape: [3] });
  const product = b.conv(x, filters, {
    strides: [stride, stride],
    padding: [padding, padding],
    lhsDilation: [1, 1],
    rhsDilation: [1, 1],
    groups: 1,
  });
  const [before] = applyComposite(b, 'relu', [b.add(product, b.expand(bias, b.shape(product), [1]))], {});
  const window = { window: [2, 2], strides: [2, 2], padding: [padding, padding].map((): Padding => [0, 0]) };
  const [pooled] = b.maxPool(before, { ...window, dilation: [1, 1] });
  return simplify(vjpGraph(b.finish([finish(b, pooled, before)]), { wrt: [0, 1, 2] }), { final: true });
}

/** Applies the passes, and expects the same results. */
function cropped(graph: Graph): Graph {
  const masked = simplify(sumsBeforeUnpooling(masksBeforeUnpooling(graph)), { final: true });
  const result = simplify(cropToPools(masked), { final: true });
  expectSameResults(result, graph, 1e-5);
  return result;
}

/** Returns the spatial lengths of the results of all convolutions. */
function convolutionsOf(graph: Graph): readonly number[] {
  return graph.nodes.filter(({ op }) => op === 'conv').map(({ results: [result] }) => graph.types[result].shape[2]);
}

describe('cropToPools', () => {
  test('computes only what the pooling reads', () => {
    const graph = gradientsOf({});
    expect(convolutionsOf(graph)).toContain(5);
    // The result of the convolution, the gradient of the images and that of the filters.
    expect([...convolutionsOf(cropped(graph))].sort()).toEqual([3, 4, 7]);
  });

  test.each([
    { stride: 2, size: 11 },
    { padding: [1, 2] as Padding, size: 6 },
    { padding: [0, 1] as Padding, size: 6 },
    { stride: 2, padding: [1, 1] as Padding, size: 9 },
  ])('keeps results and gradients with %j', (choice) => {
    const graph = gradientsOf(choice);
    expect(Math.min(...convolutionsOf(cropped(graph)))).toBeLessThanOrEqual(Math.min(...convolutionsOf(graph)));
  });

  test('leaves poolings alone that read everything', () => {
    const graph = gradientsOf({ size: 8 });
    const masked = simplify(masksBeforeUnpooling(graph), { final: true });
    expect(cropToPools(masked)).toBe(masked);
    cropped(graph);
  });

  test('leaves convolutions alone whose whole result is used', () => {
    const graph = gradientsOf({
      finish: (b, pooled, before) => b.add(b.reduceSum(pooled, [2, 3]), b.reduceSum(before, [2, 3])),
    });
    expect(convolutionsOf(cropped(graph))).toContain(5);
  });
});

describe('sumsBeforeUnpooling', () => {
  test('sums the gradient of a bias before it is moved to the positions of the maxima', () => {
    const graph = simplify(masksBeforeUnpooling(gradientsOf({})), { final: true });
    const summedOps = (each: Graph): readonly string[] =>
      each.nodes.flatMap(({ op, operands: [x] }) => {
        const maker = each.nodes.find(({ results }) => results.includes(x));
        return op === 'reduceSum' ? [maker?.op ?? 'input'] : [];
      });
    expect(summedOps(graph)).toEqual(['maxUnpool']);
    expect(summedOps(sumsBeforeUnpooling(graph))).toEqual(['select']);
    cropped(gradientsOf({}));
  });
});
