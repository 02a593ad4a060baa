import { expect, test } from '@jest/globals';
import { applyComposite } from '../composites/index.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { GraphBuilder } from './builder.ts';
import type { Graph, Value } from './graph.ts';
import { structuralKey } from './structural-key.ts';

function graphOf(
  build: (b: GraphBuilder, x: Value) => Value | readonly Value[],
  shape: readonly number[] = [4],
): Graph {
  const b = graphBuilder();
  const outputs = build(b, b.input({ dtype: 'float32', shape }));
  return b.finish(typeof outputs === 'number' ? [outputs] : outputs);
}

const keyOf = (...of: Parameters<typeof graphOf>): string => structuralKey(graphOf(...of));

test('structuralKey returns equal keys for graphs of equal structure', () => {
  const build = (b: GraphBuilder, x: Value): Value => b.reduceSum(b.mul(x, b.full(x, 0.1)), [0]);
  expect(keyOf(build)).toBe(keyOf(build));
});

test('structuralKey returns different keys for graphs that differ in a type, operator, attribute, operand or output', () => {
  const keys = [
    keyOf((b, x) => b.exp(x)),
    keyOf((b, x) => b.exp(x), [5]),
    keyOf((b, x) => b.log(x)),
    keyOf((b, x) => b.exp(b.exp(x))),
    keyOf((b, x) => [b.exp(x), x]),
    keyOf((b, x) => b.cumSum(x, 0, false, true)),
    keyOf((b, x) => b.cumSum(x, 0, true, false)),
    keyOf((b, x) => b.sub(x, b.exp(x))),
    keyOf((b, x) => b.sub(b.exp(x), x)),
    keyOf((b, x) => b.add(x, b.full(x, 0))),
    keyOf((b, x) => b.add(x, b.full(x, -0))),
    keyOf((b, x) => applyComposite(b, 'relu', [x], {})),
    keyOf((b, x) => applyComposite(b, 'elu', [x], { alpha: 1 })),
    keyOf((b, x) => applyComposite(b, 'elu', [x], { alpha: 2 })),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('structuralKey returns different keys for large constants that differ in one element', () => {
  const large = (last: number): string =>
    keyOf((b) => b.constant([...new Array(99_999).fill(0.1), last], 'float32', [100_000]));
  expect(large(1)).toBe(large(1));
  expect(large(1)).not.toBe(large(1.0000001));
});

test('structuralKey returns the same key for attributes in any order', () => {
  const body = graphOf((b, x) => b.exp(x));
  const call = (config: Record<string, unknown>): string =>
    keyOf((b, x) => b.emit('call', [x], { name: 'f', config, body, vjp: null, checkpoint: false }));
  expect(call({ a: 1, b: 'x' })).toBe(call({ b: 'x', a: 1 }));
  expect(call({ a: 1, b: 'x' })).not.toBe(call({ a: 1, b: 'y' }));
});
