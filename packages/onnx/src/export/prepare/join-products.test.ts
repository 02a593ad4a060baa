import { describe, expect, test } from '@jest/globals';
import { type Graph, type GraphBuilder, graphBuilder, simplify, type Value } from '@manabi/ir';
import { joinProducts } from './join-products.ts';
import { expectSameResults } from './same-results.fixture.ts';

function graphOf(
  shapes: readonly (readonly number[])[],
  build: (b: GraphBuilder, ...inputs: Value[]) => readonly Value[],
): Graph {
  const b = graphBuilder();
  return b.finish(build(b, ...shapes.map((shape) => b.input({ dtype: 'float32', shape }))));
}

/** Applies the pass, expects the same results, and returns the number of products. */
function productsIn(graph: Graph): number {
  const result = simplify(joinProducts(graph), { final: true });
  expectSameResults(result, graph, 1e-2);
  return result.nodes.filter(({ op }) => op === 'dot').length;
}

describe('joinProducts', () => {
  test('reads a common right factor once, whatever the order of the contracted axes', () => {
    const graph = graphOf(
      [
        [64, 20, 3],
        [20, 64, 2],
        [20, 64, 10],
      ],
      (b, x, h, slopes) => [
        b.dot(
          x,
          slopes,
          [],
          [
            [1, 0],
            [0, 1],
          ],
        ),
        b.dot(
          h,
          slopes,
          [],
          [
            [0, 0],
            [1, 1],
          ],
        ),
      ],
    );
    expect(productsIn(graph)).toBe(1);
  });

  test('leaves products alone whose left factor needs another one of them', () => {
    const graph = graphOf(
      [
        [1100, 2],
        [1100, 1100],
      ],
      (b, x, y) => {
        const first = b.dot(x, y, [], [[0, 0]]);
        return [b.dot(b.transpose(first, [1, 0]), y, [], [[0, 0]])];
      },
    );
    expect(productsIn(graph)).toBe(2);
  });

  test.each([
    { left: [64, 20, 30], right: [64, 20, 10], why: 'left factors are large' },
    { left: [4, 5, 2], right: [4, 5, 10], why: 'sums are short' },
  ])('leaves products alone if $why', ({ left, right }) => {
    const graph = graphOf([left, left, right], (b, x, y, slopes) =>
      [x, y].map((each) =>
        b.dot(
          each,
          slopes,
          [],
          [
            [0, 0],
            [1, 1],
          ],
        ),
      ),
    );
    expect(joinProducts(graph)).toBe(graph);
  });
});
