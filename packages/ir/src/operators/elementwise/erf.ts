/** For |x| of at least this number, the continued fraction of 1 - erf(x) converges fast. */
const FRACTION_FROM = 2;
const FRACTION_DEPTH = 120;

/**
 * Computes the error function in double precision (NIST DLMF 7.6.2 and 7.9.1).
 *
 * For |x| < 2: 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)), whose terms all have one sign. Otherwise: 1 -
 * e^(-x²)/(x√π) · 1/(1 + q/(1 + 2q/(1 + 3q/…))) with q = 1/(2x²).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size < FRACTION_FROM) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > Math.abs(sum) * Number.EPSILON * 0.125; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  const q = 1 / (2 * size * size);
  let fraction = 1;
  for (let depth = FRACTION_DEPTH; depth >= 1; depth--) fraction = 1 + (depth * q) / fraction;
  return Math.sign(x) * (1 - Math.exp(-size * size) / (size * Math.sqrt(Math.PI) * fraction));
}
