import { describe, expect, test } from '@jest/globals';
import { rotation, uniform } from './inputs.ts';

describe('uniform', () => {
  test('generates the same numbers as the Python runner', () => {
    expect([...uniform(3, 2, -1, 1)]).toEqual([0.46224018931388855, -0.89188551902771, -0.4539420008659363]);
  });

  test('generates numbers that are uniformly distributed over the range', () => {
    const values = uniform(10_000, 5, 0, 4);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
    expect(mean).toBeCloseTo(2, 1);
  });
});

test('rotation returns a matrix that preserves the lengths of vectors', () => {
  const values = rotation(4);
  for (let row = 0; row < 4; row++) {
    const squares = values.slice(4 * row, 4 * row + 4).map((value) => value * value);
    expect(squares.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  }
});
