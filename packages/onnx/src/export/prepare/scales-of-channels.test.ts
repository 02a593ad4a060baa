import { describe, expect, test } from '@jest/globals';
import {
  applyComposite,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  simplify,
  type Value,
  vjpGraph,
} from '@manabi/ir';
import { expectSameResults } from './same-results.fixture.ts';
import { scalesOfChannels } from './scales-of-channels.ts';

const SHAPE = [4, 3, 3, 2];

type Build = (b: GraphBuilder, values: Readonly<Record<'x' | 'y' | 'u' | 'v', Value>>) => readonly Value[];

/** Creates a graph of images x, y and lists u, v with a number per channel, which are the last axis by default. */
function graphOf(build: Build, shape: readonly number[] = SHAPE, axis = shape.length - 1): Graph {
  const b = graphBuilder();
  const [x, y] = [shape, shape].map((each) => b.input({ dtype: 'float32', shape: each }));
  const [u, v] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [shape[axis]] }));
  return simplify(b.finish(build(b, { x, y, u, v })), { final: true });
}

function repeated(b: GraphBuilder, list: Value, axis = SHAPE.length - 1, shape: readonly number[] = SHAPE): Value {
  return b.expand(list, shape, [axis]);
}

/** Applies the pass, and expects the same results. */
function rewritten(graph: Graph): Graph {
  const result = simplify(scalesOfChannels(graph), { final: true });
  expectSameResults(result, graph, 1e-5);
  return result;
}

/** Returns the operators that read or make whole images, but not those that repeat lists. */
function onImages({ nodes, types }: Graph): readonly string[] {
  const isImage = (value: Value): boolean => types[value].shape.length > 2;
  return nodes
    .filter(({ op, operands, results }) => op !== 'expand' && [...operands, ...results].some(isImage))
    .map(({ op }) => op)
    .sort();
}

describe('scalesOfChannels', () => {
  test.each([1, 3])('computes batch normalization of axis %d and its gradients in fewer passes', (axis) => {
    const shape = axis === 1 ? [4, 2, 3, 3] : SHAPE;
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape });
    const affine = [2, 2].map((length) => b.input({ dtype: 'float32', shape: [length] }));
    const [y] = applyComposite(b, 'batchNormTraining', [x, ...affine], { axis, epsilon: 1e-3 });
    const graph = simplify(vjpGraph(b.finish([b.tanh(y)]), { wrt: [0, 1, 2] }), { final: true });
    const [before, after] = [graph, rewritten(graph)].map(onImages);
    expect(before.length - after.length).toBe(2);
  });

  test('merges factors and terms', () => {
    const graph = graphOf((b, { x, y, u, v }) => {
      const [a, c] = [u, v].map((list) => repeated(b, list));
      return [b.mul(b.sub(b.sub(b.mul(x, a), c), b.mul(b.mul(y, c), a)), a)];
    });
    expect(onImages(rewritten(graph))).toEqual(['add', 'mul', 'mul', 'sub']);
  });

  test('leaves biases of products alone, which ONNX Runtime adds while it multiplies', () => {
    const graph = graphOf((b, { x, u, v }) => {
      const product = b.dot(x, b.reshape(b.concat([u, v], 0), [2, 2]), [], [[3, 0]]);
      const biased = b.add(product, repeated(b, u));
      return [b.reduceSum(biased, [0, 1, 2]), b.sub(biased, repeated(b, v))];
    });
    expect(scalesOfChannels(graph)).toBe(graph);
  });

  test('sums before it multiplies', () => {
    const graph = graphOf((b, { x, y, u, v }) => {
      const scaled = b.mul(x, repeated(b, u));
      return [b.reduceSum(scaled, [0, 1, 2]), b.reduceSum(b.mul(scaled, b.mul(y, repeated(b, v))), [0, 1, 2])];
    });
    expect(onImages(rewritten(graph))).toEqual(['mul', 'reduceSum', 'reduceSum']);
  });

  test('subtracts all terms', () => {
    rewritten(
      graphOf((b, { x, y, u, v }) => {
        const [a, c] = [u, v].map((list) => repeated(b, list));
        return [b.mul(b.mul(b.sub(c, b.mul(x, a)), a), c), b.sub(a, b.mul(b.sub(b.mul(b.mul(y, c), a), c), a))];
      }),
    );
  });

  test.each<[string, Build]>([
    ['sums over the channels', (b, { x, u }) => [b.reduceSum(b.mul(x, repeated(b, u)), [2, 3])]],
    [
      'lists along several axes',
      (b, { x, u }) => [b.mul(b.mul(x, repeated(b, u)), b.expand(b.reduceSum(x, [1, 2, 3]), SHAPE, [0]))],
    ],
    ['single operators', (b, { x, u, v }) => [b.mul(x, repeated(b, u)), b.add(x, repeated(b, v))]],
    [
      'values that other operators read',
      (b, { x, u }) => {
        const scaled = b.mul(x, repeated(b, u));
        return [b.tanh(scaled), b.add(scaled, repeated(b, u))];
      },
    ],
    [
      'squares',
      (b, { x, u }) => {
        const scaled = b.add(x, repeated(b, u));
        return [b.mul(scaled, scaled)];
      },
    ],
  ])('leaves %s alone', (_, build) => {
    const graph = graphOf(build);
    expect(scalesOfChannels(graph)).toBe(graph);
  });

  test('leaves small lists alone', () => {
    const graph = graphOf(
      (b, { x, u, v }) => [b.mul(b.mul(x, repeated(b, u, 1, [3, 2])), repeated(b, v, 1, [3, 2]))],
      [3, 2],
    );
    expect(scalesOfChannels(graph)).toBe(graph);
  });
});
