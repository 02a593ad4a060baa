import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import { offset, scale } from './broadcast.ts';

/**
 * Coefficients of (3/2 + a) · e^(a²/2) · Φ(-a) in powers of y = (a - 3/2) / (a + 3/2), constant first, for all a >= 0
 * at which e^(-a²/2) does not underflow. The largest relative errors are 2^-27 (float32) and 2^-57 (float64)
 * (`tooling/goldens/float32-math`).
 */
const TAIL: { readonly [K in 'float32' | 'float64']: readonly number[] } = {
  float32: [
    0.617342003253145, -0.19509946153271193, -0.05749569730091114, 0.01789610855153151, 0.01764283896963201,
    0.0039911889804868745, -0.0024433776609371033, -0.002719899933707026, -0.001027543058347742, 0.0002636202115583195,
    0.0004578200037645346, 0.0001444822395703866,
  ],
  float64: [
    0.617342000932184, -0.19509951848588175, -0.05749545239976857, 0.017898019192610654, 0.01763908118018019,
    0.003972087739269587, -0.0024252326347557786, -0.002635522500193896, -0.0010522141860891557, 8.224592054922662e-5,
    0.00042114119933911166, 0.00031505860203995067, 0.0001142382849562314, -1.8201388634361767e-5, -6.11579291078595e-5,
    -5.004791513685247e-5, -2.2988860006753665e-5, -2.45753021122156e-6, 6.42800076698308e-6, 9.518237223852537e-6,
    9.073058037805657e-6, 1.4034000174812154e-6, -5.915898837921941e-6, -7.375519913492216e-7, 6.124465378324804e-6,
    -3.8695433713499605e-7, -7.238968724843896e-6, -1.4656836097792698e-6, 4.396514756311475e-6, 1.7308195019553682e-6,
    -1.291693913296571e-6, -6.806059356283714e-7, 1.4913603642530696e-7, 9.490515054693761e-8,
  ],
};

/**
 * The number 3/2 in the function that `TAIL` approximates. It is chosen such that the function has almost the same
 * value at both ends and varies little in between.
 */
const SHIFT = 1.5;

/** For a above this number, e^(-a²/2) is 0 in float64 and float32. */
const LARGEST = 40;

/** Computes min(|x|, 40), which avoids infinity · 0. Beyond 40, the normal density is 0 anyway. */
export function sizeWithinTail(b: GraphBuilder, x: Value): Value {
  return b.min(b.abs(x), b.full(x, LARGEST));
}

/** Computes a + 3/2. */
export function shifted(b: GraphBuilder, a: Value): Value {
  return offset(b, a, SHIFT);
}

/** The exponential e^(-factor · a²), represented as power · (1 + correction). */
export interface CorrectedPower {
  readonly power: Value;
  readonly correction: Value;
}

/**
 * Computes e^(-factor · a²) to full precision. The rounding error of a² is recovered by splitting a into two halves
 * (Dekker, "A floating-point technique for extending the available precision", 1971). `factor` is a power of two; `a`
 * is below 1000.
 */
export function expOfMinusSquare(b: GraphBuilder, a: Value, factor: number): CorrectedPower {
  const splitter = scale(b, a, isDouble(b.dtype(a)) ? 2 ** 27 + 1 : 2 ** 12 + 1);
  const high = b.sub(splitter, b.sub(splitter, a));
  const square = b.mul(a, a);
  const rest = b.add(b.sub(b.mul(high, high), square), b.mul(b.sub(a, high), b.add(a, high)));
  return { power: b.exp(scale(b, square, -factor)), correction: scale(b, rest, -factor) };
}

/**
 * Computes (3/2 + a) · Φ(-a) / power for a >= 0. Small terms (the correction, and the part of the leading coefficient
 * that float32 cannot represent) are added before the largest term, so that they lose the least precision.
 */
export function tailRatio(b: GraphBuilder, a: Value, { correction }: CorrectedPower): Value {
  const [first, ...others] = TAIL[isDouble(b.dtype(a)) ? 'float64' : 'float32'];
  const y = offset(b, scale(b, b.div(a, shifted(b, a)), 2), -1);
  const square = b.mul(y, y);
  // Odd and even powers are evaluated separately, which takes half the time because a processor does both concurrently.
  const horner = (parity: number): Value => {
    const [highest, ...rest] = others.filter((_, i) => i % 2 === parity).reverse();
    return rest.reduce((sum, coefficient) => offset(b, b.mul(sum, square), coefficient), b.full(y, highest));
  };
  const varying = b.add(b.mul(horner(0), y), offset(b, b.mul(horner(1), square), first - Math.fround(first)));
  const fixed = Math.fround(first);
  return offset(b, b.add(varying, b.mul(correction, offset(b, varying, fixed))), fixed);
}

function isDouble(dtype: DType): boolean {
  return dtype === 'float64';
}
