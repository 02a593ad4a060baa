import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { hostArray } from '../types/host-array.ts';
import { sizeOf } from '../types/shape.ts';
import { simplify } from './index.ts';
import { moveAroundScans } from './scan-around.ts';

const LENGTH = 5;
const WIDTH = 4;

/**
 * Creates a graph of one scan with a carry [WIDTH], slices of two arrays and a constant [WIDTH]. The body returns the next
 * carry and a y.
 */
function graphOf(
  body: (b: GraphBuilder, carry: Value, x: Value, y: Value, constant: Value) => readonly [next: Value, y: Value],
  reverse = false,
): Graph {
  const inner = graphBuilder();
  const values = Array.from({ length: 4 }, () => inner.input({ dtype: 'float32', shape: [WIDTH] }));
  const [carry, x, y, constant] = values;
  const scanned = inner.finish(body(inner, carry, x, y, constant));
  const b = graphBuilder();
  const start = b.input({ dtype: 'float32', shape: [WIDTH] });
  const stacks = [0, 1].map(() => b.input({ dtype: 'float32', shape: [LENGTH, WIDTH] }));
  const last = b.input({ dtype: 'float32', shape: [WIDTH] });
  const attributes = { body: scanned, carries: 1, xs: 2, length: LENGTH, reverse };
  return b.finish(b.scan([start, ...stacks, last], attributes));
}

/** Returns the operators in the body of the only scan. */
function bodyOf(graph: Graph): readonly string[] {
  const [{ attributes }] = graph.nodes.filter(({ op }) => op === 'scan');
  return (attributes as Attributes['scan']).body.nodes.map(({ op }) => op);
}

/** Moves computations out of the scan, and expects the same results. */
function moved(graph: Graph): Graph {
  const simple = simplify(graph, { final: true });
  const result = simplify(moveAroundScans(simple), { final: true });
  const random = randomSource(1);
  const inputs = inputTypes(graph).map(({ dtype, shape }) =>
    hostArray(dtype, shape, random.float32Array(sizeOf(shape))),
  );
  const expected = interpret(graph, inputs);
  for (const [i, { shape, data }] of interpret(result, inputs).entries()) {
    expect(shape).toEqual(expected[i].shape);
    const difference = Math.max(...data.map((value, at) => Math.abs(Number(value) - Number(expected[i].data[at]))));
    expect(difference).toBeLessThan(1e-5);
  }
  return result;
}

describe('moveAroundScans', () => {
  test.each([false, true])('computes what depends only on slices outside the loop; reverse: %s', (reverse) => {
    const graph = graphOf((b, carry, x, y) => {
      const next = b.add(carry, b.mul(b.tanh(x), y));
      return [next, b.sub(next, b.exp(x))];
    }, reverse);
    expect(bodyOf(moved(graph))).toEqual(['add', 'sub']);
  });

  test('joins factors that do not depend on the carry', () => {
    const graph = graphOf((b, carry, x, y, constant) => {
      const next = b.mul(b.mul(b.mul(carry, x), constant), b.sub(b.full(y, 1), b.mul(y, y)));
      return [next, next];
    });
    expect(bodyOf(moved(graph))).toEqual(['mul']);
  });

  test('does not join through a factor that is also used elsewhere', () => {
    const graph = graphOf((b, carry, x, y) => {
      const first = b.mul(carry, x);
      return [b.mul(first, y), first];
    });
    expect(bodyOf(moved(graph))).toEqual(['mul', 'mul']);
  });

  test('sums after the loop what a carry sums, if all summands are returned', () => {
    const graph = graphOf((b, carry, x, y) => {
      const product = b.mul(x, b.tanh(y));
      return [b.add(product, carry), product];
    });
    expect(moved(graph).nodes.some(({ op }) => op === 'scan')).toBe(false);
  });

  test('keeps a carry that the iteration also reads otherwise', () => {
    const graph = graphOf((b, carry, x) => [b.add(carry, x), b.mul(carry, x)]);
    expect(bodyOf(moved(graph))).toEqual(['add', 'mul']);
  });

  test('returns graphs without scans unchanged', () => {
    const b = graphBuilder();
    const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]);
    expect(moveAroundScans(graph)).toBe(graph);
  });
});
