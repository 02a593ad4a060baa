import { describe, expect, test } from '@jest/globals';
import { erf64 } from './erf64.ts';

describe('erf64', () => {
  // These values were computed with mpmath at 40 digits, for arguments in every interval of the approximation.
  test.each([
    [1e-300, 1.1283791670955126e-300],
    [1e-9, 1.1283791670955127e-9],
    [0.001, 0.0011283787909692365],
    [0.25, 0.27632639016823696],
    [0.5, 0.5204998778130465],
    [0.84374, 0.7672201241832406],
    [0.84375, 0.7672256612323416],
    [1.0, 0.8427007929497149],
    [1.2, 0.9103139782296353],
    [1.25, 0.9229001282564583],
    [1.5, 0.9661051464753108],
    [2.0, 0.9953222650189527],
    [2.85, 0.9999443437200386],
    [2.9, 0.9999589021219005],
    [3.5, 0.9999992569016276],
    [4.5, 0.9999999998033839],
    [5.5, 0.9999999999999927],
    [5.99, 1.0],
    [6.5, 1.0],
  ])('erf(%p) is %p within one unit in the last place', (x, value) => {
    expect(Math.abs(erf64(x) - value)).toBeLessThanOrEqual(value * Number.EPSILON);
    expect(erf64(-x)).toBe(-erf64(x));
  });

  test('returns -1 and 1 at the infinities, and erf(-x) = -erf(x)', () => {
    expect([0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map(erf64)).toEqual([
      0,
      -0,
      1,
      -1,
      Number.NaN,
    ]);
  });
});
