import { describe, expect, test } from '@jest/globals';
import { type RandomSource, randomSource } from '@manabi/testing';
import { sizeOf } from '../types/shape.ts';
import {
  addIndex,
  axisIndex,
  constantIndex,
  dataIndex,
  divideIndex,
  equalIndexes,
  evaluateIndex,
  type IndexExpr,
  indexRange,
  isAffine,
  linearIndex,
  scaleIndex,
  substituteAxes,
  unravelIndex,
} from './index-expression.ts';

const seeds = Array.from({ length: 150 }, (_, seed) => seed);

/** Lengths of the axes that occur in random expressions. */
const axes = [5, 1, 4, 7, 12];
const data = [3, 8];

describe('arithmetic of index expressions', () => {
  const i = axisIndex(0, 6);
  const j = axisIndex(1, 4);

  test('represents an axis of length 1 as the constant 0', () => {
    expect(axisIndex(3, 1)).toEqual(constantIndex(0));
  });

  test('merges terms of the same axis in sums, and drops terms that cancel', () => {
    const twice = addIndex(addIndex(i, j), i);
    expect(twice.terms).toHaveLength(2);
    expect(addIndex(twice, scaleIndex(i, -2))).toEqual(j);
    expect(addIndex(constantIndex(3), constantIndex(-3))).toEqual(constantIndex(0));
  });

  test('ignores the order of terms in comparisons by equalIndexes', () => {
    expect(equalIndexes(addIndex(i, j), addIndex(j, i))).toBe(true);
    expect(equalIndexes(addIndex(i, j), i)).toBe(false);
    expect(equalIndexes(dataIndex(0, 3), dataIndex(1, 3))).toBe(false);
  });

  test('simplifies an axis that is reversed twice to the axis', () => {
    const reversed = (index: IndexExpr): IndexExpr => addIndex(constantIndex(5), scaleIndex(index, -1));
    expect(reversed(reversed(i))).toEqual(i);
    expect(indexRange(reversed(i))).toEqual([0, 5]);
  });

  test.each(seeds)('bounds all values of a random expression by indexRange (seed %p)', (seed) => {
    const random = randomSource(seed);
    const index = expression(random, 2);
    const [low, high] = indexRange(index);
    for (const value of values(index, random)) {
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    }
  });
});

describe('divideIndex', () => {
  test('divides multiples of the divisor exactly and keeps smaller terms as the remainder', () => {
    const index = addIndex(scaleIndex(axisIndex(0, 9), 8), axisIndex(1, 8));
    expect(divideIndex(index, 8)).toEqual({ quotient: axisIndex(0, 9), remainder: axisIndex(1, 8) });
  });

  test('cancels a common factor of all terms and the divisor first', () => {
    const index = addIndex(scaleIndex(axisIndex(0, 9), 4), axisIndex(1, 4));
    const { quotient } = divideIndex(index, 12);
    expect(quotient).toEqual({
      constant: 0,
      terms: [{ atom: { kind: 'quotient', of: axisIndex(0, 9), by: 3 }, factor: 1 }],
    });
  });

  test('returns affine results for a reversed inner axis', () => {
    // The expression is 8 i + (7 - j), with j in 0 … 7.
    const reversed = addIndex(constantIndex(7), scaleIndex(axisIndex(1, 8), -1));
    const { quotient, remainder } = divideIndex(addIndex(scaleIndex(axisIndex(0, 9), 8), reversed), 8);
    expect(quotient).toEqual(axisIndex(0, 9));
    expect(remainder).toEqual(reversed);
  });

  test('returns affine results for a reversed outer axis', () => {
    // The expression is 8 (8 - i) + j = 64 - 8 i + j.
    const index = addIndex(addIndex(constantIndex(64), scaleIndex(axisIndex(0, 9), -8)), axisIndex(1, 8));
    const { quotient, remainder } = divideIndex(index, 8);
    expect(equalIndexes(quotient, addIndex(constantIndex(8), scaleIndex(axisIndex(0, 9), -1)))).toBe(true);
    expect(remainder).toEqual(axisIndex(1, 8));
  });

  test('returns a quotient and a remainder that addIndex recombines to the original expression', () => {
    const index = addIndex(constantIndex(11), scaleIndex(axisIndex(0, 12), -1));
    const { quotient, remainder } = divideIndex(index, 5);
    expect(addIndex(scaleIndex(quotient, 5), remainder)).toEqual(index);
  });

  test.each(seeds)(
    'returns the exact quotient and remainder, and divides only non-negative expressions (seed %p)',
    (seed) => {
      const random = randomSource(seed);
      const index = expression(random, 2);
      const by = random.integer(1, 25);
      const { quotient, remainder } = divideIndex(index, by);
      for (const point of points(random)) {
        const value = evaluate(index, point);
        const whole = Math.floor(value / by);
        expect([evaluate(quotient, point), evaluate(remainder, point)]).toEqual([whole, value - whole * by]);
      }
      expect(lowestDivided(quotient)).toBeGreaterThanOrEqual(0);
      expect(lowestDivided(remainder)).toBeGreaterThanOrEqual(0);
      const [low, high] = indexRange(remainder);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThan(by);
    },
  );
});

describe('linearIndex and unravelIndex', () => {
  test.each(seeds)('unravelIndex inverts linearIndex (seed %p)', (seed) => {
    const shape = randomShape(randomSource(seed));
    const index = axesOf(shape);
    expect(unravelIndex(linearIndex(index, shape), shape)).toEqual(index);
  });

  test.each(seeds)('linearIndex inverts unravelIndex (seed %p)', (seed) => {
    const random = randomSource(seed);
    const shape = randomShape(random);
    const linear = linearIndex(axesOf(shape), shape);
    const other = regrouped(shape, random);
    expect(equalIndexes(linearIndex(unravelIndex(linear, other), other), linear)).toBe(true);
  });

  test.each(seeds)(
    'both together compute a reshape that keeps the row-major order, even if axes are reversed (seed %p)',
    (seed) => {
      const random = randomSource(seed);
      const shape = randomShape(random);
      const to = regrouped(shape, random);
      const flipped = shape.map(() => random.next() < 0.5);
      const index = axesOf(shape).map((at, axis) =>
        flipped[axis] ? addIndex(constantIndex(shape[axis] - 1), scaleIndex(at, -1)) : at,
      );
      const reshaped = unravelIndex(linearIndex(index, shape), to);
      for (let position = 0; position < sizeOf(shape); position++) {
        const at = digits(position, shape);
        const expected = digits(
          number(
            at.map((value, axis) => (flipped[axis] ? shape[axis] - 1 - value : value)),
            shape,
          ),
          to,
        );
        expect(
          reshaped.map((index) =>
            evaluateIndex(
              index,
              (axis) => at[axis],
              () => Number.NaN,
            ),
          ),
        ).toEqual(expected);
      }
    },
  );

  test('a reshape that only merges axes stays affine', () => {
    const index = axesOf([6, 5, 4]);
    expect(unravelIndex(linearIndex(index, [6, 5, 4]), [30, 4]).every(isAffine)).toBe(true);
    const split = unravelIndex(linearIndex(axesOf([30, 4]), [30, 4]), [6, 5, 4]);
    expect(split.map(isAffine)).toEqual([false, false, true]);
  });

  test('both handle scalars, single elements and empty axes', () => {
    expect(linearIndex([], [])).toEqual(constantIndex(0));
    expect(unravelIndex(constantIndex(0), [])).toEqual([]);
    expect(unravelIndex(constantIndex(0), [1, 1])).toEqual([constantIndex(0), constantIndex(0)]);
    expect(unravelIndex(axisIndex(0, 0), [0, 3])).toHaveLength(2);
    expect(unravelIndex(axisIndex(0, 0), [3, 0])).toHaveLength(2);
  });
});

describe('substituteAxes', () => {
  test.each(seeds)(
    'returns an expression that equals the original for the values of the replaced axes (seed %p)',
    (seed) => {
      const random = randomSource(seed);
      const index = expression(random, 3);
      // Replaces axis 4 by two axes, reverses axis 3, fixes axis 0, and swaps axes 1 and 2.
      const replacements = [
        constantIndex(3),
        axisIndex(2, axes[2]),
        axisIndex(1, axes[1]),
        addIndex(constantIndex(6), scaleIndex(axisIndex(3, 7), -1)),
        addIndex(scaleIndex(axisIndex(0, 5), 2), axisIndex(2, 2)),
      ];
      const substituted = substituteAxes(index, (axis) => replacements[axis]);
      for (const point of points(random)) {
        const inner = { ...point, axes: point.axes.with(2, point.axes[2] % 2) };
        const outer = replacements.map((replacement) => evaluate(replacement, inner));
        expect(evaluate(substituted, inner)).toBe(evaluate(index, { ...inner, axes: outer }));
      }
      expect(lowestDivided(substituted)).toBeGreaterThanOrEqual(0);
    },
  );

  test('does not change terms that depend on data', () => {
    const index = addIndex(dataIndex(2, 9), axisIndex(0, 4));
    expect(substituteAxes(index, () => constantIndex(0))).toEqual(dataIndex(2, 9));
  });
});

interface Point {
  readonly axes: readonly number[];
  readonly data: readonly number[];
}

function evaluate(index: IndexExpr, point: Point): number {
  return evaluateIndex(
    index,
    (axis) => point.axes[axis],
    (scalar) => point.data[scalar],
  );
}

/** Returns values of all axes and data at which to evaluate expressions: the smallest, the largest and random ones. */
function points(random: RandomSource): Point[] {
  const corner = (pick: (extent: number) => number): Point => ({ axes: axes.map(pick), data: data.map(pick) });
  return [
    corner(() => 0),
    corner((extent) => extent - 1),
    ...Array.from({ length: 12 }, () => corner((extent) => random.integer(0, extent))),
  ];
}

function values(index: IndexExpr, random: RandomSource): number[] {
  return points(random).map((point) => evaluate(index, point));
}

/**
 * Returns a random index expression: a sum of axes and data with positive and negative factors, including quotients and
 * remainders nested up to `depth`.
 */
function expression(random: RandomSource, depth: number): IndexExpr {
  let index = constantIndex(random.integer(-20, 40));
  for (let term = random.integer(1, 4); term > 0; term--) {
    index = addIndex(index, scaleIndex(summand(random, depth), random.integer(-12, 13)));
  }
  return index;
}

function summand(random: RandomSource, depth: number): IndexExpr {
  const axis = random.integer(0, axes.length);
  if (depth === 0 || random.next() < 0.5) return axisIndex(axis, axes[axis]);
  if (random.next() < 0.3) {
    const scalar = random.integer(0, data.length);
    return dataIndex(scalar, data[scalar]);
  }
  const { quotient, remainder } = divideIndex(expression(random, depth - 1), random.integer(1, 13));
  return random.next() < 0.5 ? quotient : remainder;
}

/** Returns a lower bound of the dividends of all divisions in an expression; at most 0. */
function lowestDivided(index: IndexExpr): number {
  return index.terms.reduce((lowest, { atom }) => {
    if (atom.kind === 'axis' || atom.kind === 'data') return lowest;
    return Math.min(lowest, indexRange(atom.of)[0], lowestDivided(atom.of));
  }, 0);
}

function axesOf(shape: readonly number[]): IndexExpr[] {
  return shape.map((extent, axis) => axisIndex(axis, extent));
}

function randomShape(random: RandomSource): number[] {
  return Array.from({ length: random.integer(1, 5) }, () => [1, 2, 3, 4, 5, 6][random.integer(0, 6)]);
}

/** Returns a random shape with the same number of elements, made by regrouping the prime factors of the lengths. */
function regrouped(shape: readonly number[], random: RandomSource): number[] {
  const primes = shape.flatMap((length) => (length === 4 ? [2, 2] : length === 6 ? [2, 3] : [length]));
  const lengths = new Array<number>(random.integer(1, 5)).fill(1);
  for (const at of random.permutation(primes.length)) lengths[random.integer(0, lengths.length)] *= primes[at];
  return lengths;
}

function digits(position: number, shape: readonly number[]): number[] {
  const at = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return at;
}

function number(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((position, at, axis) => position * shape[axis] + at, 0);
}
