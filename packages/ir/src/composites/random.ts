import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import { roundToFloat16 } from '../types/float16.ts';
import { type Shape, sizeOf } from '../types/shape.ts';
import { offset, scale } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { errorFunction } from './error-function.ts';

/** Random numbers from a `key` of type uint32[2]. Equal keys produce equal numbers, so use each key once. */
export interface RandomConfigs {
  /** Derives `count` new keys from a key; the result is uint32[count, 2]. */
  split: { readonly count: number };
  /** Derives a new key from a key and a number. Operands `key`, `data` (scalar uint32). */
  foldIn: Record<never, never>;
  /** Uniform floats in [low, high). For float32, a key produces the same bits on every backend and in every version. */
  uniform: { readonly shape: Shape; readonly dtype: DType; readonly low: number; readonly high: number };
  /** Normally distributed floats with mean 0 and standard deviation 1. */
  normal: { readonly shape: Shape; readonly dtype: DType };
  /** Normally distributed floats with mean 0 and standard deviation 1, restricted to [low, high]. */
  truncatedNormal: { readonly shape: Shape; readonly dtype: DType; readonly low: number; readonly high: number };
  /** Bools that are true with the given probability. */
  bernoulli: { readonly shape: Shape; readonly probability: number };
  /**
   * Random int32 indices into `axis`, which is removed; softmax(logits) are the probabilities. Operands `key`,
   * `logits`.
   */
  categorical: { readonly axis: number };
  /** The int32 numbers 0 … size - 1 in random order. */
  permutation: { readonly size: number };
  /** y = 0 with probability `rate`, otherwise x / (1 - rate). Operands `x`, `key`. */
  dropout: { readonly rate: number };
}

/** Number of random bits of a float32 in [0, 1): its 23 fraction bits and the implicit leading bit. */
const BITS = 24;
/** Number of random bits of a float16 in [0, 1). */
const HALF_BITS = 11;

/**
 * Constant that `foldIn` combines with the key, so that its keys differ from those of `split`: 2^32 divided by the
 * golden ratio.
 */
const FOLD = 0x9e3779b9;

/** Random numbers, all computed from the operator `randomBits`. */
export const random: { readonly [K in keyof RandomConfigs]: Composite<RandomConfigs[K]> } = {
  split: { body: (b, [key], { count }) => [b.randomBits(key, [count, 2])] },
  foldIn: {
    // The key is hashed before it is combined with the data; otherwise different pairs of small keys and numbers would
    // produce the same key.
    body: (b, [key, data]) => {
      const word = b.pad(b.reshape(data, [1]), b.constant(FOLD, 'uint32'), [1], [0], [0]);
      return [b.randomBits(b.xor(b.randomBits(key, [2]), word), [2])];
    },
  },
  uniform: {
    body: (b, [key], { shape, dtype, low, high }) => {
      const stretched = stretch(b, unit(b, key, shape, dtype), low, high, dtype);
      return [b.dtype(stretched) === dtype ? stretched : b.cast(stretched, dtype)];
    },
  },
  normal: {
    body: (b, [key], { shape, dtype }) => {
      const draw = boxMuller(b, key, shape, computed(dtype));
      return [b.dtype(draw) === dtype ? draw : b.cast(draw, dtype)];
    },
  },
  truncatedNormal: {
    // A uniform random number between Φ(low) and Φ(high) is mapped by the inverse of the normal distribution function
    // Φ.
    body: (b, [key], { shape, dtype, low, high }) => {
      const wide = computed(dtype);
      const bound = (x: number): Value => b.expand(b.erf(b.constant(x * Math.SQRT1_2, wide)), shape, []);
      const [lowest, highest] = [bound(low), bound(high)];
      const share = b.add(lowest, b.mul(b.sub(highest, lowest), unit(b, key, shape, wide)));
      const [root] = callComposite(b, 'erfInv', errorFunction.erfInv, [share], {});
      const draw = scale(b, root, Math.SQRT2);
      const bounded = b.min(b.max(draw, b.full(draw, low)), b.full(draw, high));
      return [wide === dtype ? bounded : b.cast(bounded, dtype)];
    },
  },
  bernoulli: { body: (b, [key], { shape, probability }) => [isBelow(b, key, shape, probability)] },
  categorical: {
    // The Gumbel-max trick: Maddison, Tarlow, Minka, "A* Sampling" (2014).
    body: (b, [key, logits], { axis }) => {
      const noise = b.neg(b.log(b.neg(b.log(unit(b, key, b.shape(logits), b.dtype(logits))))));
      return [b.argMax(b.add(logits, noise), axis)];
    },
  },
  permutation: { body: (b, [key], { size }) => [b.topK(b.randomBits(key, [size]), size, 0, true)[1]] },
  dropout: {
    body: (b, [x, key], { rate }) => {
      const kept = isBelow(b, key, b.shape(x), 1 - rate);
      return [b.select(kept, scale(b, x, 1 / (1 - rate)), b.full(x, 0))];
    },
  },
};

/** Returns the dtype in which draws of a dtype are computed. */
function computed(dtype: DType): DType {
  return dtype === 'float16' ? 'float32' : dtype;
}

/**
 * Returns uniform floats in [0, 1), with as many random bits as the significand of the dtype has. Floats of float16 are
 * returned as float32.
 */
function unit(b: GraphBuilder, key: Value, shape: Shape, dtype: DType): Value {
  if (dtype !== 'float64') {
    const count = dtype === 'float16' ? HALF_BITS : BITS;
    const bits = leadingBits(b, b.randomBits(key, shape), count);
    return scale(b, b.cast(bits, computed(dtype)), 2 ** -count);
  }
  const [high, low] = twoDraws(b, b.randomBits(key, [2, ...shape]), shape);
  const upper = scale(b, b.cast(leadingBits(b, high, 27), dtype), 2 ** 26);
  return scale(b, b.add(upper, b.cast(leadingBits(b, low, 26), dtype)), 2 ** -53);
}

/**
 * Computes normal random numbers from uniform u and v as √(-2 ln(1 - u)) · cos(2πv): Box, Muller, "A Note on the
 * Generation of Random Normal Deviates" (1958).
 */
function boxMuller(b: GraphBuilder, key: Value, shape: Shape, dtype: DType): Value {
  const [u, v] = twoDraws(b, unit(b, key, [2, ...shape], dtype), shape);
  const radius = b.sqrt(scale(b, b.log1p(b.neg(u)), -2));
  return b.mul(radius, b.cos(scale(b, v, 2 * Math.PI)));
}

/** Returns bools that are true where a uniform random number in [0, 1) is below a probability. */
function isBelow(b: GraphBuilder, key: Value, shape: Shape, probability: number): Value {
  const bits = leadingBits(b, b.randomBits(key, shape), BITS);
  return b.less(bits, b.full(bits, Math.ceil(Math.min(1, Math.max(0, probability)) * 2 ** BITS)));
}

function leadingBits(b: GraphBuilder, words: Value, count: number): Value {
  return b.shiftRight(words, b.full(words, 32 - count));
}

/** Splits a value of shape [2, ...shape] into two values of the given shape. */
function twoDraws(b: GraphBuilder, draws: Value, shape: Shape): [Value, Value] {
  const size = sizeOf(shape);
  const flat = b.reshape(draws, [2 * size]);
  const half = (from: number): Value => b.reshape(b.slice(flat, [from], [from + size], [1]), shape);
  return [half(0), half(size)];
}

/**
 * Maps numbers in [0, 1) to [low, high). A result that `dtype` rounds to `high` is replaced by the largest number of
 * `dtype` below `high`.
 */
function stretch(b: GraphBuilder, u: Value, low: number, high: number, dtype: DType): Value {
  if (low === 0 && high === 1) return u;
  const stretched = offset(b, scale(b, u, high - low), low);
  return b.min(stretched, b.full(u, below(high, dtype)));
}

/**
 * For each float dtype: how numbers are rounded, the smallest positive number that no backend flushes to zero, and half
 * the distance from 1 to the next smaller number, doubled below powers of two.
 */
const PRECISIONS = {
  float16: { round: roundToFloat16, tiny: 2 ** -14, half: 2 ** -11 },
  float32: { round: Math.fround, tiny: 2 ** -126, half: 2 ** -24 },
  float64: { round: (x: number): number => x, tiny: 2 ** -1022, half: 2 ** -53 },
};

/** Returns the largest float of a dtype that is smaller than `x`. */
function below(x: number, dtype: DType): number {
  const { round, tiny, half: share } = PRECISIONS[dtype === 'float64' || dtype === 'float16' ? dtype : 'float32'];
  if (x === 0) return -tiny;
  const near = round(x);
  const half = Math.abs(near) * share;
  // Just below a negative power of two, the distance between floats is twice as large as above it.
  return round(near - half) < near ? round(near - half) : round(near - 2 * half);
}
