import { expect, test } from '@jest/globals';
import { type Graph, type GraphBuilder, graphBuilder, type Value } from '@manabi/ir';
import { wordAlgebra } from '../word-algebra.fixture.ts';
import * as functions from './functions.ts';
import { asin, atan, cos, loadFormulas, rem, sin, tan } from './when-needed.ts';

function graphOf(build: (b: GraphBuilder, x: Value) => Value): Graph {
  const b = graphBuilder();
  return b.finish([build(b, b.input({ dtype: 'float32', shape: [2] }))]);
}

const body = graphOf((b, x) => b.sin(x));
const nested = graphOf((b, x) => b.scan([x], { body, carries: 1, xs: 0, length: 3, reverse: false })[0]);

test('rare formulas are loaded for the first graph that uses one, also within a loop', async () => {
  const one = new Int32Array(Float32Array.of(1).buffer)[0];
  expect(loadFormulas(graphOf((b, x) => b.exp(x)))).toBe(null);
  expect(() => sin(wordAlgebra, one)).toThrow('sin is used before loadFormulas');
  const loading = loadFormulas(nested);
  expect(loading).not.toBe(null);
  await loading;
  const results = (loaded: typeof functions) =>
    Object.fromEntries(Object.entries(loaded).map(([name, formula]) => [name, formula(wordAlgebra, one, one)]));
  expect(results({ asin, atan, cos, rem, sin, tan })).toEqual(results(functions));
  expect(loadFormulas(nested)).toBe(null);
});
