const { abs, exp, expm1, fround, log1p, max, min, PI, sign, sqrt, SQRT1_2 } = Math;

/** Smallest x for which `erfc` uses its continued fraction, which converges fast only for large x. */
const FRACTION_FROM = 2;

/** Computes the error function in double precision from its series (DLMF 7.6.2). */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; abs(term) > abs(sum) * 2 ** -56; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / sqrt(PI)) * exp(-x * x) * sum;
}

/** Computes 1 - erf(x) without cancellation, for x >= 0 (DLMF 7.9.1). */
function erfc(x: number): number {
  if (x < FRACTION_FROM) return 1 - erfSeries(x);
  const q = 1 / (2 * x * x);
  let fraction = 1;
  for (let depth = 120; depth >= 1; depth--) fraction = 1 + (depth * q) / fraction;
  // Splits x² into two terms, because the exponential function would amplify its rounding error.
  const high = fround(x);
  return (exp(-high * high) * exp((high - x) * (high + x))) / (x * sqrt(PI) * fraction);
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/** Computes x · sigmoid(x), also for infinite x. */
function timesSigmoid(x: number): number {
  return x === Number.NEGATIVE_INFINITY ? -0 : x * sigmoid(x);
}

/**
 * Functions in double precision, which are accurate enough to serve as the exact values of float32 functions, also for
 * infinite operands. The functions of `Math` have errors of at most one unit in the last place of float64.
 */
export const oracle = {
  sigmoid,
  erf: (x: number): number => (abs(x) < FRACTION_FROM ? erfSeries(x) : sign(x) * (1 - erfc(abs(x)))),
  softplus: (x: number): number => max(x, 0) + log1p(exp(-abs(x))),
  logSigmoid: (x: number): number => -(max(-x, 0) + log1p(exp(-abs(x)))),
  softsign: (x: number): number => (abs(x) === Number.POSITIVE_INFINITY ? sign(x) : x / (1 + abs(x))),
  silu: timesSigmoid,
  mish: (x: number): number => {
    if (x > 40) return x;
    if (x < -800) return -0;
    const w = exp(x);
    const n = w + (w * w) / 2;
    return x * (n / (n + 1));
  },
  gelu: (x: number): number => {
    if (x < -40 || x > 40) return x < 0 ? -0 : x;
    const tail = erfc(abs(x) * SQRT1_2) / 2;
    return x < 0 ? x * tail : x * (1 - tail);
  },
  geluTanh: (x: number): number => {
    if (x < -40 || x > 40) return x < 0 ? -0 : x;
    return x * sigmoid(2 * sqrt(2 / PI) * (x + 0.044715 * x * x * x));
  },
  elu: (x: number): number => (x > 0 ? x : expm1(x)),
  celu:
    (alpha: number) =>
    (x: number): number =>
      x > 0 ? x : alpha * expm1(x / alpha),
  selu: (x: number): number => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x)),
  hardSigmoid: (x: number): number => (Number.isNaN(x) ? x : min(1, max(0, (x + 3) / 6))),
  hardSwish: (x: number): number => (x < -3 ? -0 : x * min(1, max(0, (x + 3) / 6))),
} as const;
