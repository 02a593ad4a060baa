import { describe, expect, test } from '@jest/globals';
import { compareArrays } from './compare.ts';
import { finiteDifferenceGradient } from './finite-difference.ts';

describe('finiteDifferenceGradient', () => {
  test('approximates the gradient of a smooth function', () => {
    const x = Float64Array.of(0.3, -1.2, 40);
    const f = (v: Float64Array) => Math.sin(v[0]) * Math.exp(v[1]) + v[2] ** 2;
    const gradient = [Math.cos(0.3) * Math.exp(-1.2), Math.sin(0.3) * Math.exp(-1.2), 80];
    expect(compareArrays(finiteDifferenceGradient(f, x), gradient, { rtol: 1e-7 })).toMatchObject({ close: true });
  });

  test('does not change its argument', () => {
    const x = Float64Array.of(0.1, 0.2);
    finiteDifferenceGradient((v) => v[0] * v[1], x);
    expect([...x]).toEqual([0.1, 0.2]);
  });

  test('is exact for a linear function at 0 with a large step', () => {
    expect([...finiteDifferenceGradient((v) => 3 * v[0], [0], 0.5)]).toEqual([3]);
  });

  test('returns an empty gradient for an empty argument', () => {
    expect(finiteDifferenceGradient(() => 1, [])).toHaveLength(0);
  });
});
