import { expect, test } from '@jest/globals';
import { applyComposite, type Exportable, type GraphBuilder, type Value } from '@manabi/ir';
import { type RandomSource, randomSource } from '@manabi/testing';
import { differences, familyOf, numbers } from '../family.fixture.ts';

/** Number of random programs, and number of operators in each program. */
const PROGRAMS = 40;
const OPERATORS = 14;

/** A random program while it is built. It is built with the same random choices for every batch size. */
interface Program {
  readonly b: GraphBuilder;
  readonly source: RandomSource;
  readonly pool: Value[];
  readonly batch: number;
}

/**
 * Picks a random earlier value of the program. The choice must not depend on the lengths of its axes, which differ
 * between batch sizes.
 */
function any({ source, pool }: Program): Value {
  return source.pick(source.next() < 0.7 ? pool.slice(-3) : pool);
}

function axisOf({ b, source }: Program, x: Value): number {
  return source.integer(0, b.shape(x).length);
}

/** Functions that add an operator to a program; each accepts earlier values of any shape with at least one axis. */
const steps: readonly ((program: Program) => Value)[] = [
  (p) => p.b.tanh(any(p)),
  (p) => applyComposite(p.b, 'relu', [any(p)], {})[0],
  (p) => {
    const x = any(p);
    return p.b.mul(x, p.b.full(x, 0.5));
  },
  (p) => {
    const x = any(p);
    return p.b.add(p.b.sigmoid(x), x);
  },
  (p) => {
    const x = any(p);
    return applyComposite(p.b, 'softmax', [x], { axis: axisOf(p, x) })[0];
  },
  (p) => {
    // Subtracts the maximum along an axis.
    const x = any(p);
    const axis = axisOf(p, x);
    const shape = p.b.shape(x);
    const others = shape.map((_, i) => i).filter((i) => i !== axis);
    return p.b.sub(x, p.b.expand(p.b.reduceMax(x, [axis]), shape, others));
  },
  (p) => {
    const x = any(p);
    return p.b.transpose(x, p.source.permutation(p.b.shape(x).length));
  },
  (p) => {
    const x = any(p);
    const shape = p.b.shape(x);
    const axis = axisOf(p, x);
    return p.b.expand(
      x,
      [...shape.slice(0, axis), 2, ...shape.slice(axis)],
      shape.map((_, i) => (i < axis ? i : i + 1)),
    );
  },
  (p) => {
    // Joins the last two axes.
    const x = any(p);
    const shape = p.b.shape(x);
    return p.b.reshape(x, [...shape.slice(0, -2), shape.slice(-2).reduce((product, length) => product * length, 1)]);
  },
  (p) => {
    const x = any(p);
    return p.b.concat([x, p.b.neg(x)], axisOf(p, x));
  },
  (p) => {
    const x = any(p);
    return p.b.reverse(x, [axisOf(p, x)]);
  },
  (p) => {
    // Drops the first element.
    const x = any(p);
    const axis = axisOf(p, x);
    const doubled = p.b.concat([x, x], axis);
    const shape = p.b.shape(doubled);
    const start = shape.map((_, i) => (i === axis ? 1 : 0));
    return p.b.slice(
      doubled,
      start,
      shape,
      shape.map(() => 1),
    );
  },
  (p) => {
    // Dot products of each row with every row, along the last axis.
    const x = any(p);
    const last = p.b.shape(x).length - 1;
    const product = p.b.dot(x, p.b.tanh(x), [], [[last, last]]);
    return applyComposite(p.b, 'reduceMean', [product], {
      axes: p.b
        .shape(product)
        .map((_, i) => i)
        .slice(1),
    })[0];
  },
];

/** Highest rank of a value, which limits its size. */
const MOST_AXES = 4;

function programOf(seed: number): Exportable {
  return familyOf({
    parameters: { bias: numbers(3) },
    inputs: (n) => ({ x: { dtype: 'float32', shape: [n, 3] }, z: { dtype: 'float32', shape: [2, n] } }),
    build: (b, { x, z, bias }, batch) => {
      const source = randomSource(seed);
      const program = { b, source, batch, pool: [x, z, b.add(x, b.expand(bias, [batch, 3], [1]))] };
      for (let i = 0; i < OPERATORS; i++) {
        const made = source.pick(steps)(program);
        const rank = b.shape(made).length;
        if (rank > 0 && rank <= MOST_AXES) program.pool.push(made);
      }
      return program.pool.slice(-2);
    },
  });
}

test(`files exported from ${PROGRAMS} random programs compute the results of the programs at batch sizes that exportOnnx did not trace`, async () => {
  const found: string[] = [];
  for (let seed = 1; seed <= PROGRAMS; seed++) {
    const wrong = await differences(programOf(seed), [1, 2, 3]).catch((error: unknown) => [String(error)]);
    found.push(...wrong.map((message) => `seed ${seed}: ${message}`));
  }
  expect(found).toEqual([]);
});
