import { expect, test } from '@jest/globals';
import { addIndex, axisIndex, constantIndex, divideIndex, type IndexExpr, scaleIndex } from '@manabi/ir';
import { indexCode } from './index-code.ts';

const code = (index: IndexExpr): string =>
  indexCode(index, { axis: (axis) => `a${axis}`, data: (scalar) => `s${scalar}` });

const axis = axisIndex(0, 4);

test.each([
  ['small factors', addIndex(scaleIndex(axis, 3), constantIndex(1)), '(a0 * 3i + 1i)'],
  ['negative factors', addIndex(scaleIndex(axis, -1), constantIndex(3)), '(a0 * i32(-1) + 3i)'],
  ['factors of 2^31 and above, modulo 2^32', scaleIndex(axis, 3_000_000_000), '(a0 * i32(-1294967296))'],
  ['constants of 2^31 and above, modulo 2^32', addIndex(axis, constantIndex(2 ** 31)), '(a0 + i32(-2147483648))'],
  ['quotients below 2^32', divideIndex(axisIndex(0, 4_000_000_000), 7).quotient, '(i32(u32(a0) / 7u))'],
])('indexCode writes %s', (_, index, text) => {
  expect(code(index)).toBe(text);
});
