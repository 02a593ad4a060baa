import { expect, test } from '@jest/globals';
import { type GraphBuilder, graphBuilder, type Value } from '@manabi/ir';
import { compilePlan } from '../compile.ts';
import { plainTarget } from '../plain-target.fixture.ts';

/** Returns the names of the kernels of a plan. `body` returns the outputs for two inputs of shape [3, 8]. */
function kernelsOf(
  body: (b: GraphBuilder, x: Value, y: Value) => readonly Value[],
  costs: Partial<typeof plainTarget.costs> = {},
): readonly string[] {
  const b = graphBuilder();
  const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [3, 8] }));
  const target = { ...plainTarget, costs: { ...plainTarget.costs, kept: 0, ...costs } };
  const { steps } = compilePlan(b.finish(body(b, x, y)), { target });
  return steps.map((step) => (step.kind === 'kernel' ? step.kernel.name : step.kind));
}

/** Returns one of four parts of 2 columns. */
function part(b: GraphBuilder, x: Value, number: number): Value {
  return b.slice(x, [0, 2 * number], [3, 2 * number + 2], [1, 1]);
}

/** The gates of a recurrent cell: different parts of one array. */
function gates(b: GraphBuilder, x: Value): readonly [Value, Value, Value] {
  return [b.sigmoid(part(b, x, 0)), b.sigmoid(part(b, x, 1)), b.tanh(part(b, x, 2))];
}

test('one kernel computes the elementwise operands of a result, although they read different elements', () => {
  const cell = (b: GraphBuilder, x: Value): readonly Value[] => {
    const [i, f, g] = gates(b, x);
    return [i, f, g, b.add(b.mul(i, g), f)];
  };
  expect(kernelsOf(cell)).toEqual(['sigmoid+sigmoid+tanh+add']);
  expect(kernelsOf(cell, { mostValues: 4 })).toEqual(['sigmoid', 'sigmoid', 'tanh', 'add']);
});

test('an operand is computed before a kernel that reads it at other indices', () => {
  const kernels = kernelsOf((b, x) => {
    const [i, f] = gates(b, x);
    const scaled = b.mul(f, b.expand(b.reduceSum(i, [0]), [3, 2], [1]));
    return [i, scaled, b.add(i, scaled)];
  });
  expect(kernels).toEqual(['sigmoid', 'reduceSum', 'mul+add']);
});
