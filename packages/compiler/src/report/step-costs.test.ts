import { describe, expect, test } from '@jest/globals';
import { type GraphBuilder, graphBuilder, type Value } from '@manabi/ir';
import { compilePlan } from '../compile.ts';
import { plainTarget } from '../plain-target.fixture.ts';
import { routineTable } from '../routines/table.ts';
import { stepCosts } from './step-costs.ts';

function costsOf(write: (b: GraphBuilder) => readonly Value[]) {
  const b = graphBuilder();
  const target = { ...plainTarget, costs: { ...plainTarget.costs, scalar: { ...plainTarget.costs.scalar, exp: 12 } } };
  return stepCosts(compilePlan(b.finish(write(b)), { target }), target, routineTable);
}

const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;

describe('stepCosts', () => {
  test('counts each input and the result of fused operators once, and no intermediate values', () => {
    const [cost, ...others] = costsOf((b) => {
      const x = b.input(float(10, 8));
      return [b.mul(b.add(x, x), x)];
    });
    expect(others).toEqual([]);
    expect(cost).toMatchObject({ depth: 0, runs: 1, operations: 2 * 80, bytes: 2 * 80 * 4 });
  });

  test('names a step by its operators and its extents, if it has any', () => {
    expect(costsOf((b) => [b.neg(b.input(float(10)))])[0].name).toBe('neg 10');
    expect(costsOf((b) => [b.neg(b.input(float()))])[0].name).toBe('neg');
  });

  test('counts an exp per element as twelve additions', () => {
    const [cost] = costsOf((b) => [b.exp(b.input(float(10)))]);
    expect(cost.operations).toBe(120);
  });

  test('counts the bytes of a broadcast operand once', () => {
    const [cost] = costsOf((b) => {
      const x = b.input(float(10, 8));
      return [b.add(x, b.expand(b.input(float(8)), [10, 8], [1]))];
    });
    expect(cost.bytes).toBe((80 + 8 + 80) * 4);
  });

  test('counts a multiplication and an addition for each term of a matrix product', () => {
    const [cost] = costsOf((b) => [b.dot(b.input(float(32, 64)), b.input(float(64, 48)), [], [[1, 0]])]);
    expect(cost.operations).toBe(2 * 32 * 64 * 48);
    expect(cost.bytes).toBe((32 * 64 + 64 * 48 + 32 * 48) * 4);
  });

  test('lists the steps of a loop after the loop, and multiplies their costs by the number of iterations', () => {
    const body = graphBuilder();
    const [carry, x] = [body.input(float(5)), body.input(float(5))];
    const graph = body.finish([body.add(body.mul(carry, x), x)]);
    const [loop, step] = costsOf((b) => {
      const [init, xs] = [b.input(float(5)), b.input(float(7, 5))];
      return b.scan([init, xs], { body: graph, carries: 1, xs: 1, length: 7, reverse: false });
    });
    expect(step).toMatchObject({ depth: 1, runs: 7, operations: 7 * 2 * 5 });
    expect(loop).toMatchObject({ depth: 0, runs: 1, operations: step.operations, bytes: step.bytes });
  });
});
