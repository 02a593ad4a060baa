import {
  checkDTypeName,
  checkOptions,
  type DType,
  describeGiven,
  equalShapes,
  formatType,
  isFloat,
  ManabiError,
  type OptionNames,
  type Shape,
} from '@manabi/ir';
import { add, mul, sub } from './functions/arithmetic.ts';
import { normalizeAxis } from './functions/axis.ts';
import { broadcastTo } from './functions/broadcast.ts';
import { less } from './functions/comparison.ts';
import { composite } from './functions/composite.ts';
import { tensor } from './functions/creation.ts';
import { index } from './functions/index-by.ts';
import { bitwiseAnd, rightShift } from './functions/logic.ts';
import { asFloat, castTo, fixed, promote, scalarValue, type TensorLike, valueAs } from './functions/operand.ts';
import { moveaxis } from './functions/shape.ts';
import { checkedShape } from './functions/shape-argument.ts';
import { take } from './functions/take.ts';
import { emitOne } from './lazy/emit.ts';
import type { LazyValue } from './lazy/value.ts';
import { isTensor, lazyOf, Tensor } from './tensor.ts';

/**
 * A random key: uint32[2]. Draws are functions of their key (Threefry-2x32; Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", 2011): the same key gives the same draw, on every backend. Use each key once, and make
 * new ones of it with `split` or `foldIn`.
 *
 * @param seed any whole number up to 2^53
 * @throws ManabiError `argument` for other seeds
 * @example `const [forWeights, forData] = random.split(random.key(42));`
 */
export function key(seed: number): Tensor {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ManabiError('argument', `A seed is a whole number from 0 to 2^53 - 1, and ${seed} is none.`, {
      op: 'random.key',
      data: { seed },
    });
  }
  return tensor(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32));
}

/** New keys from one, by default two. The old one must not be used any more. */
export function split(from: Tensor, count = 2): Tensor[] {
  const keys = new Tensor(composite('split', [keyOf('split', from)], { count }));
  return Array.from({ length: count }, (_, i) => index(keys, i));
}

/** A new key from a key and a number, which may be a tensor: a different one for each step, layer or worker. */
export function foldIn(from: Tensor, data: number | Tensor): Tensor {
  const word = isTensor(data)
    ? valueAs('random.foldIn', lazyOf(data), 'uint32')
    : scalarValue('random.foldIn', data, 'uint32');
  return new Tensor(composite('foldIn', [keyOf('foldIn', from), word], {}));
}

/** How draws of floats are made. */
export interface DrawOptions {
  /** A float; by default float32. */
  readonly dtype?: DType;
}

/** Checks what plain JavaScript may pass; the dtype of the draws. */
function drawOf<Options extends DrawOptions>(
  op: string,
  shape: Shape,
  options: Options,
  known: OptionNames<NoInfer<Options>>,
): { readonly shape: Shape; readonly dtype: DType } {
  checkOptions(`random.${op}`, options, known);
  const { dtype = 'float32' } = options;
  checkDTypeName(`random.${op}`, dtype);
  if (!isFloat(dtype)) {
    throw new ManabiError('dtype', `Draws are floats, not ${dtype}. For whole numbers use random.randint.`, {
      op: `random.${op}`,
      data: { dtype },
    });
  }
  return { shape: checkedShape(`random.${op}`, shape), dtype };
}

/** Bits: uint32, each value equally likely. */
export function bits(from: Tensor, shape: Shape): Tensor {
  return new Tensor(emitOne('randomBits', [keyOf('bits', from)], { shape: checkedShape('random.bits', shape) }));
}

/** How `uniform` draws. */
export interface UniformOptions extends DrawOptions {
  /** By default 0. */
  readonly low?: TensorLike;
  /** By default 1. */
  readonly high?: TensorLike;
}

/**
 * Floats from `low` up to, without, `high`, by default from 0 to 1. Bounds may be tensors that broadcast to the shape.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` for what is no key, shape, option or float
 * @example `random.uniform(key, [2, 3], { low: -1 })`
 */
export function uniform(from: Tensor, shape: Shape, options: UniformOptions = {}): Tensor {
  const operand = [keyOf('uniform', from)];
  const { low = 0, high = 1 } = options;
  const draw = drawOf('uniform', shape, options, { low: true, high: true, dtype: true });
  if (typeof low === 'number' && typeof high === 'number') {
    return new Tensor(composite('uniform', operand, { ...draw, low, high }));
  }
  const unit = new Tensor(composite('uniform', operand, { ...draw, low: 0, high: 1 }));
  const [each, least, most] = promote('random.uniform', [unit, low, high]).map((value) => new Tensor(value));
  return add(mul(each, sub(most, least)), least);
}

/** How `normal` draws. */
export interface NormalOptions extends DrawOptions {
  /** By default 0. */
  readonly mean?: TensorLike;
  /** The standard deviation; by default 1. */
  readonly std?: TensorLike;
}

/**
 * Normal floats of mean 0 and deviation 1, unless others are given, which may be tensors that broadcast to the shape.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` for what is no key, shape, option or float
 * @example `random.normal(random.key(1), [784, 128], { std: 0.05 })`
 */
export function normal(from: Tensor, shape: Shape, options: NormalOptions = {}): Tensor {
  const operand = [keyOf('normal', from)];
  const { mean = 0, std = 1 } = options;
  const draw = drawOf('normal', shape, options, { mean: true, std: true, dtype: true });
  return stretched(new Tensor(composite('normal', operand, draw)), mean, std);
}

/** How `truncatedNormal` draws. */
export interface TruncatedNormalOptions extends NormalOptions {
  /** In deviations from the mean; by default -2. */
  readonly low?: number;
  /** In deviations from the mean; by default 2. */
  readonly high?: number;
}

/**
 * Normal floats, drawn again when beyond `low` or `high` (in deviations from the mean), by default 2 of them.
 *
 * @throws ManabiError as `normal`
 */
export function truncatedNormal(from: Tensor, shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
  const operand = [keyOf('truncatedNormal', from)];
  const { low = -2, high = 2, mean = 0, std = 1 } = options;
  const names = { low: true, high: true, mean: true, std: true, dtype: true } as const;
  const draw = drawOf('truncatedNormal', shape, options, names);
  return stretched(new Tensor(composite('truncatedNormal', operand, { ...draw, low, high })), mean, std);
}

function stretched(draw: Tensor, mean: TensorLike, std: TensorLike): Tensor {
  const wide = std === 1 ? draw : mul(draw, std);
  return mean === 0 ? wide : add(wide, mean);
}

/** true with a probability, a number or a tensor that broadcasts to the shape. */
export function bernoulli(from: Tensor, probability: TensorLike, shape?: Shape): Tensor {
  if (typeof probability === 'number') {
    const config = { shape: shape ?? [], probability };
    return new Tensor(composite('bernoulli', [keyOf('bernoulli', from)], config));
  }
  const share = new Tensor(asFloat('random.bernoulli', probability));
  const wanted = shape ?? share.shape;
  return less(uniform(from, wanted, { dtype: share.dtype }), broadcastTo(share, wanted));
}

/**
 * Whole numbers (int32) from `low` up to, without, `high`.
 *
 * @throws ManabiError `argument` if there is none
 */
export function randint(from: Tensor, shape: Shape, low: number, high: number): Tensor {
  const span = high - low;
  if (!Number.isInteger(low) || !Number.isInteger(high) || span <= 0 || span > 2 ** 31) {
    throw new ManabiError('argument', `There are no whole numbers to draw from ${low} up to, without, ${high}.`, {
      op: 'random.randint',
      data: { low, high },
    });
  }
  const words = bits(from, [2, ...checkedShape('random.randint', shape)]);
  const place = scaled(index(words, 0), index(words, 1), span);
  const result = new Tensor(castTo(lazyOf(place), 'int32'));
  return low === 0 ? result : add(result, fixed(low, result));
}

/**
 * floor(w n / 2^64) of numbers w of 64 bits in two words: whole numbers below n, so evenly that nobody can tell
 * (Lemire, "Fast random integer generation in an interval", 2019).
 */
function scaled(high: Tensor, low: Tensor, n: number): Tensor {
  const below = mul(high, fixed(n, high));
  const total = add(below, multiplyHigh(low, n));
  const carry = new Tensor(castTo(lazyOf(less(total, below)), 'uint32'));
  return add(multiplyHigh(high, n), carry);
}

/** The upper word of a product of two words, from products of half words. */
function multiplyHigh(x: Tensor, n: number): Tensor {
  const upper = (word: Tensor): Tensor => rightShift(word, fixed(16, x));
  const lower = (word: Tensor): Tensor => bitwiseAnd(word, fixed(0xffff, x));
  const [nHigh, nLow] = [fixed(Math.floor(n / 2 ** 16), x), fixed(n % 2 ** 16, x)];
  const [inner, outer] = [mul(lower(x), nHigh), mul(upper(x), nLow)];
  const middle = add(add(upper(mul(lower(x), nLow)), lower(inner)), lower(outer));
  return add(add(mul(upper(x), nHigh), upper(middle)), add(upper(inner), upper(outer)));
}

/**
 * Places (int32) along an axis of logits, by default the last, drawn with probabilities softmax(logits); the axis
 * vanishes. With `shape`, so many draws of each: its last axes are those of the logits without the axis.
 */
export function categorical(
  from: Tensor,
  logits: TensorLike,
  options: { readonly axis?: number; readonly shape?: Shape } = {},
): Tensor {
  checkOptions('random.categorical', options, { axis: true, shape: true });
  const { axis = -1, shape } = options;
  const value = new Tensor(asFloat('random.categorical', logits));
  const last = moveaxis(value, normalizeAxis('random.categorical', axis, value.rank), -1);
  const wanted = shape === undefined ? last.shape : [...shape, last.shape[last.rank - 1]];
  const spread = lazyOf(broadcastTo(last, wanted));
  return new Tensor(composite('categorical', [keyOf('categorical', from), spread], { axis: wanted.length - 1 }));
}

/** The numbers from 0 up to, without, `x` in random order (int32), or the slices of a tensor along an axis. */
export function permutation(from: Tensor, x: number | Tensor, axis = 0): Tensor {
  const along = isTensor(x) ? normalizeAxis('random.permutation', axis, x.rank) : 0;
  const size = isTensor(x) ? x.shape[along] : x;
  const order = new Tensor(composite('permutation', [keyOf('permutation', from)], { size }));
  return isTensor(x) ? take(x, order, along) : order;
}

function keyOf(op: string, from: Tensor): LazyValue {
  if (!isTensor(from)) {
    const given = describeGiven(from);
    throw new ManabiError(
      'argument',
      `The first argument is a random key, but ${given} was given. Make one with random.key(seed).`,
      { op: `random.${op}`, data: { given } },
    );
  }
  const value = lazyOf(from);
  if (value.type.dtype === 'uint32' && equalShapes(value.type.shape, [2])) return value;
  throw new ManabiError(
    value.type.dtype === 'uint32' ? 'shape' : 'dtype',
    `A random key is uint32[2], but ${formatType(value.type)} was given. Make one with random.key(seed).`,
    { op: `random.${op}`, data: { dtype: value.type.dtype, shape: value.type.shape } },
  );
}
