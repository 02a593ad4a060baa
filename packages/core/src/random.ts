import {
  anyOf,
  count as countKind,
  integer,
  type Kind,
  type KindsOf,
  ManabiError,
  number,
  optional,
  readArgument,
  wrongArgument,
} from '@manabi/errors';
import { type DType, equalShapes, formatType, isFloat, type Shape } from '@manabi/ir';
import { emitOne } from './emit/emit.ts';
import { axisKind, checkedShape, dtypeKind, optionsOf, shapeKind, tensorKind } from './functions/argument-kinds.ts';
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
import { take } from './functions/take.ts';
import type { LazyValue } from './lazy/value.ts';
import { isTensor, lazyOf, Tensor } from './tensor.ts';

const seedKind = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

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
  readArgument('random.key', 'seed', seed, seedKind);
  return tensor(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32));
}

/** Each key is a tensor of its own. */
const mostKeys = integer({ min: 0, max: 2 ** 24 });

/** New keys from one, by default two. The old one must not be used any more. */
export function split(from: Tensor, count = 2): Tensor[] {
  readArgument('random.split', 'count', count, mostKeys);
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

/** dtypes of floats; the error has the code `dtype`. */
const floatKind: Kind<DType> = {
  ...dtypeKind,
  read: (given, place) => {
    const dtype = dtypeKind.read(given, place);
    if (isFloat(dtype)) return dtype;
    throw new ManabiError('dtype', `Draws must be floats; got ${dtype}. For integers use random.randint().`, {
      op: place.op,
      data: { dtype },
    });
  },
};

const drawKinds = { dtype: optional(floatKind, 'float32') } satisfies KindsOf<DrawOptions>;

/** Finite numbers, and tensors, whose elements are data. */
const parameter = anyOf(number(), tensorKind);

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

const uniformKinds = {
  ...drawKinds,
  low: optional(parameter, 0),
  high: optional(parameter, 1),
} satisfies KindsOf<UniformOptions>;

/**
 * Floats from `low` up to, without, `high`, by default from 0 to 1. Bounds may be tensors that broadcast to the shape.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` for what is no key, shape, option or float
 * @example `random.uniform(key, [2, 3], { low: -1 })`
 */
export function uniform(from: Tensor, shape: Shape, options?: UniformOptions): Tensor {
  const operand = [keyOf('uniform', from)];
  const { low, high, dtype } = optionsOf('random.uniform', options, uniformKinds);
  const draw = { shape: checkedShape('random.uniform', shape), dtype };
  if (typeof low === 'number' && typeof high === 'number') {
    checkOrder('random.uniform', low, high);
    return new Tensor(composite('uniform', operand, { ...draw, low, high }));
  }
  const unit = new Tensor(composite('uniform', operand, { ...draw, low: 0, high: 1 }));
  const [each, least, most] = promote('random.uniform', [unit, low, high]).map((value) => new Tensor(value));
  return add(mul(each, sub(most, least)), least);
}

/** An interval that ends before it begins would give numbers on either side of it. */
function checkOrder(op: string, low: number, high: number): void {
  if (low <= high) return;
  throw wrongArgument({ op, name: 'high' }, `a number of at least low, ${low}`, high);
}

/** How `normal` draws. */
export interface NormalOptions extends DrawOptions {
  /** By default 0. */
  readonly mean?: TensorLike;
  /** The standard deviation; by default 1. */
  readonly std?: TensorLike;
}

const normalKinds = {
  ...drawKinds,
  mean: optional(parameter, 0),
  std: optional(anyOf(number({ min: 0 }), tensorKind), 1),
} satisfies KindsOf<NormalOptions>;

/**
 * Normal floats of mean 0 and deviation 1, unless others are given, which may be tensors that broadcast to the shape.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` for what is no key, shape, option or float
 * @example `random.normal(random.key(1), [784, 128], { std: 0.05 })`
 */
export function normal(from: Tensor, shape: Shape, options?: NormalOptions): Tensor {
  const operand = [keyOf('normal', from)];
  const { mean, std, dtype } = optionsOf('random.normal', options, normalKinds);
  const draw = { shape: checkedShape('random.normal', shape), dtype };
  return stretched(new Tensor(composite('normal', operand, draw)), mean, std);
}

/** How `truncatedNormal` draws. */
export interface TruncatedNormalOptions extends NormalOptions {
  /** In deviations from the mean; by default -2. */
  readonly low?: number;
  /** In deviations from the mean; by default 2. */
  readonly high?: number;
}

const truncatedNormalKinds = {
  ...normalKinds,
  low: optional(number(), -2),
  high: optional(number(), 2),
} satisfies KindsOf<TruncatedNormalOptions>;

/**
 * Normal floats, drawn again when beyond `low` or `high` (in deviations from the mean), by default 2 of them.
 *
 * @throws ManabiError as `normal`
 */
export function truncatedNormal(from: Tensor, shape: Shape, options?: TruncatedNormalOptions): Tensor {
  const operand = [keyOf('truncatedNormal', from)];
  const { low, high, mean, std, dtype } = optionsOf('random.truncatedNormal', options, truncatedNormalKinds);
  checkOrder('random.truncatedNormal', low, high);
  const draw = { shape: checkedShape('random.truncatedNormal', shape), dtype };
  return stretched(new Tensor(composite('truncatedNormal', operand, { ...draw, low, high })), mean, std);
}

function stretched(draw: Tensor, mean: TensorLike, std: TensorLike): Tensor {
  const wide = std === 1 ? draw : mul(draw, std);
  return mean === 0 ? wide : add(wide, mean);
}

const probabilityKind = anyOf(number({ min: 0, max: 1 }), tensorKind);

/** true with a probability, a number or a tensor that broadcasts to the shape. */
export function bernoulli(from: Tensor, probability: TensorLike, shape?: Shape): Tensor {
  readArgument('random.bernoulli', 'probability', probability, probabilityKind);
  if (typeof probability === 'number') {
    const config = { shape: checkedShape('random.bernoulli', shape ?? []), probability };
    return new Tensor(composite('bernoulli', [keyOf('bernoulli', from)], config));
  }
  const share = new Tensor(asFloat('random.bernoulli', probability));
  const wanted = shape === undefined ? share.shape : checkedShape('random.bernoulli', shape);
  return less(uniform(from, wanted, { dtype: share.dtype }), broadcastTo(share, wanted));
}

const int32Kind = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/**
 * Whole numbers (int32) from `low` up to, without, `high`.
 *
 * @throws ManabiError `argument` if there is none
 */
export function randint(from: Tensor, shape: Shape, low: number, high: number): Tensor {
  readArgument('random.randint', 'low', low, int32Kind);
  if (!Number.isInteger(high) || high <= low || high > 2 ** 31) {
    throw wrongArgument({ op: 'random.randint', name: 'high' }, `an integer in [${low + 1}, 2^31]`, high);
  }
  const span = high - low;
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

const categoricalKinds = { axis: optional(axisKind, -1), shape: optional(shapeKind) };

/**
 * Places (int32) along an axis of logits, by default the last, drawn with probabilities softmax(logits); the axis
 * vanishes. With `shape`, so many draws of each: its last axes are those of the logits without the axis.
 */
export function categorical(
  from: Tensor,
  logits: TensorLike,
  options?: { readonly axis?: number; readonly shape?: Shape },
): Tensor {
  const { axis, shape } = optionsOf('random.categorical', options, categoricalKinds);
  const value = new Tensor(asFloat('random.categorical', logits));
  const last = moveaxis(value, normalizeAxis('random.categorical', axis, value.rank), -1);
  const wanted = shape === undefined ? last.shape : [...shape, last.shape[last.rank - 1]];
  const spread = lazyOf(broadcastTo(last, wanted));
  return new Tensor(composite('categorical', [keyOf('categorical', from), spread], { axis: wanted.length - 1 }));
}

const numberOrTensor = anyOf(countKind, tensorKind);

/** The numbers from 0 up to, without, `x` in random order (int32), or the slices of a tensor along an axis. */
export function permutation(from: Tensor, x: number | Tensor, axis = 0): Tensor {
  readArgument('random.permutation', 'x', x, numberOrTensor);
  const along = isTensor(x) ? normalizeAxis('random.permutation', axis, x.rank) : 0;
  const size = isTensor(x) ? x.shape[along] : x;
  const order = new Tensor(composite('permutation', [keyOf('permutation', from)], { size }));
  return isTensor(x) ? take(x, order, along) : order;
}

function keyOf(op: string, from: Tensor): LazyValue {
  if (!isTensor(from)) {
    const advice = 'Make one with random.key(seed).';
    throw wrongArgument({ op: `random.${op}`, name: 'key' }, 'a random key', from, advice);
  }
  const value = lazyOf(from);
  if (value.type.dtype === 'uint32' && equalShapes(value.type.shape, [2])) return value;
  throw new ManabiError(
    value.type.dtype === 'uint32' ? 'shape' : 'dtype',
    `A random key is uint32[2], but ${formatType(value.type)} was given. Make one with random.key(seed).`,
    { op: `random.${op}`, data: { dtype: value.type.dtype, shape: value.type.shape } },
  );
}
