import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import type { Graph } from '../graph/graph.ts';
import { interpret } from '../interpret.ts';
import type { HostArray } from '../types/host-array.ts';
import { equalTypes } from '../types/shape.ts';
import { verifyGraph } from '../verify.ts';
import { passesOf, simplify } from './index.ts';
import { inlineCalls, inlineCheckpoints } from './inline.ts';
import { randomGraph } from './random-graph.fixture.ts';

function expectSame(graph: Graph, before: readonly HostArray[], inputs: readonly HostArray[]): void {
  verifyGraph(graph);
  interpret(graph, inputs).forEach((after, output) => {
    expect(equalTypes(after, before[output])).toBe(true);
    after.data.forEach((value, i) => {
      const expected = before[output].data[i];
      const isSame = Object.is(value, expected) || Math.abs(value - expected) <= 1e-9 * (1 + Math.abs(expected));
      expect({ output, element: i, value, expected, isSame }).toMatchObject({ isSame: true });
    });
  });
}

describe('simplify of random graphs', () => {
  const seeds = Array.from({ length: 40 }, (_, seed) => seed + 1);

  test('returns a valid graph with the same results after each single pass', () => {
    for (const seed of seeds) {
      const { graph, inputs } = randomGraph(randomSource(seed), 14);
      verifyGraph(graph);
      const before = interpret(graph, inputs);
      for (const isFinal of [false, true]) {
        let current = graph;
        for (let round = 0; round < 3; round++) {
          for (const pass of passesOf(isFinal)) {
            const next = pass(current);
            if (next !== current) expectSame(next, before, inputs);
            current = next;
          }
        }
      }
    }
  });

  test('returns the same results for graphs in which calls are inlined', () => {
    for (const seed of seeds) {
      const { graph, inputs } = randomGraph(randomSource(seed + 1000), 24);
      const before = interpret(graph, inputs);
      const inlined = inlineCheckpoints(inlineCalls(graph));
      expect(inlined.nodes.some(({ op }) => op === 'call')).toBe(false);
      expectSame(inlined, before, inputs);
      const simple = simplify(inlined, { final: true });
      expectSame(simple, before, inputs);
      expect(simple.nodes.length).toBeLessThanOrEqual(inlined.nodes.length);
    }
  });

  test('returns the graph object itself if the graph is already simplified', () => {
    for (const seed of seeds.slice(0, 50)) {
      const simple = simplify(randomGraph(randomSource(seed), 14).graph);
      expect(simplify(simple)).toBe(simple);
    }
  });
});
