/** Addition and multiplication of numbers of type `V`, by which `polynomial` evaluates. */
interface Ring<V> {
  readonly of: (value: number) => V;
  readonly add: (x: V, y: V) => V;
  readonly mul: (x: V, y: V) => V;
  /** Returns x * y + z, rounded once. */
  readonly mulAdd?: (x: V, y: V, z: V) => V;
}

/**
 * Evaluates a polynomial at x; `coefficients` start with the constant. Long polynomials are evaluated as two
 * independent Horner schemes in x^2, for even and odd powers, which a processor computes concurrently.
 */
export function polynomial<V>(ring: Ring<V>, x: V, coefficients: readonly number[]): V {
  if (coefficients.length < 5) return horner(ring, x, coefficients);
  const square = ring.mul(x, x);
  const even = coefficients.filter((_, power) => power % 2 === 0);
  const odd = coefficients.filter((_, power) => power % 2 === 1);
  return multiplyAdd(ring, horner(ring, square, odd), x, () => horner(ring, square, even));
}

function horner<V>(ring: Ring<V>, x: V, coefficients: readonly number[]): V {
  const highest = ring.of(coefficients[coefficients.length - 1]);
  return coefficients
    .slice(0, -1)
    .reduceRight((sum, coefficient) => multiplyAdd(ring, sum, x, () => ring.of(coefficient)), highest);
}

function multiplyAdd<V>({ add, mul, mulAdd }: Ring<V>, x: V, y: V, z: () => V): V {
  return mulAdd === undefined ? add(mul(x, y), z()) : mulAdd(x, y, z());
}
