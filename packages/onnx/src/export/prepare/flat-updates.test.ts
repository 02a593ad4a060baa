import { describe, expect, test } from '@jest/globals';
import { type Graph, type GraphBuilder, graphBuilder, simplify, type Value } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { flatUpdates } from './flat-updates.ts';
import { randomInputs } from './same-results.fixture.ts';

/** Moves a parameter against a gradient with momentum; returns the new parameter and the new momentum. */
function updated(b: GraphBuilder, [p, g, m]: readonly Value[], rate: Value): readonly Value[] {
  const scaled = b.mul(b.expand(rate, b.shape(p), []), g);
  const momentum = b.sub(b.mul(m, b.full(m, 0.5)), scaled);
  const small = b.less(b.abs(momentum), b.full(momentum, 0.01));
  return [b.add(p, momentum), b.select(small, b.full(momentum, 0), momentum)];
}

/** Creates a graph that updates parameters of the given shapes. */
function updatesOf(shapes: readonly (readonly number[])[], update: typeof updated = updated): Graph {
  const b = graphBuilder();
  const rate = b.input({ dtype: 'float32', shape: [] });
  const given = shapes.map((shape) => [0, 1, 2].map(() => b.input({ dtype: 'float32', shape })));
  const results = given.map(([p, g, m]) => update(b, [p, b.cumSum(g, 0, false, false), m], rate));
  return simplify(b.finish(results.flat()), { final: true });
}

/** Applies the pass, and expects equal bits. Returns the number of nodes of each operator. */
function flattened(graph: Graph): Readonly<Record<string, number>> {
  const result = simplify(flatUpdates(graph), { final: true });
  const inputs = randomInputs(graph);
  expect(interpret(result, inputs)).toEqual(interpret(graph, inputs));
  const counts: Record<string, number> = {};
  for (const { op } of result.nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

describe('flatUpdates', () => {
  test('computes updates of equal structure once, on joined vectors', () => {
    const counts = flattened(updatesOf([[3], [5], [2, 2], [7], [1]]));
    expect(counts).toMatchObject({ concat: 3, add: 1, select: 1, less: 1, slice: 10 });
  });

  test('leaves large parameters alone', () => {
    const counts = flattened(updatesOf([[3], [64, 64], [5], [2], [64, 65]]));
    expect(counts).toMatchObject({ concat: 3, add: 3, slice: 6 });
  });

  test('joins only what is computed in the same way', () => {
    let i = 0;
    const alternating: typeof updated = (b, operands, rate) => {
      const [p, m] = updated(b, operands, rate);
      return [i++ % 2 === 0 ? p : b.mul(p, b.full(p, 0.5)), m];
    };
    const counts = flattened(updatesOf([[3], [4], [5], [6], [7], [8]], alternating));
    // The momenta are joined in one group, and the parameters in two.
    expect(counts.concat).toBeGreaterThanOrEqual(3);
    expect(counts.slice).toBe(12);
  });

  test('returns graphs unchanged in which little would be saved', () => {
    const graph = updatesOf([[3]]);
    expect(flatUpdates(graph)).toBe(graph);
    const b = graphBuilder();
    const sums = [1, 2].map((length) => b.input({ dtype: 'float32', shape: [length] })).map((x) => b.neg(x));
    const short = b.finish(sums);
    expect(flatUpdates(short)).toBe(short);
  });
});

test('flatUpdates does not recurse into long chains', () => {
  const b = graphBuilder();
  const inputs = [2, 3].map((length) => b.input({ dtype: 'float32', shape: [length] }));
  const results = inputs.map((input) => {
    let value = input;
    for (let i = 0; i < 20_000; i++) value = b.sin(value);
    return value;
  });
  expect(() => flatUpdates(b.finish(results))).not.toThrow();
});
