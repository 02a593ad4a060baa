import type { Expression } from './expression.ts';
import type { f32x4 } from './vector.ts';

/**
 * Polynomial, coefficients from the constant upwards. Long ones are two interleaved Horner rules in x^2, since the
 * processor would spend its time waiting for one chain of twice the length.
 */
export function polynomial(
  lanes: Pick<typeof f32x4, 'of' | 'add' | 'mul'>,
  x: Expression,
  coefficients: readonly number[],
): Expression {
  if (coefficients.length < 5) return horner(lanes, x, coefficients);
  const square = lanes.mul(x, x);
  const even = coefficients.filter((_, power) => power % 2 === 0);
  const odd = coefficients.filter((_, power) => power % 2 === 1);
  return lanes.add(lanes.mul(horner(lanes, square, odd), x), horner(lanes, square, even));
}

function horner(
  lanes: Pick<typeof f32x4, 'of' | 'add' | 'mul'>,
  x: Expression,
  coefficients: readonly number[],
): Expression {
  const highest = lanes.of(coefficients[coefficients.length - 1]);
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => lanes.add(lanes.mul(sum, x), lanes.of(coefficient)), highest);
}
