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
 * Creates a random key, a tensor uint32[2], from a seed. Every random function takes a key. The same key produces the
 * same numbers in every call and on every backend, so use each key once, and derive new keys with `split` or `foldIn`.
 * The generator is Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
 *
 * @param seed integer in [0, 2^53 - 1]
 * @throws ManabiError `argument` for other seeds
 * @example
 * ```ts
 * import { random } from 'manabi';
 *
 * const [forWeights, forData] = random.split(random.key(42));
 * console.log(random.normal(forWeights, [2, 3]).shape); // [2, 3]
 * ```
 */
export function key(seed: number): Tensor {
  readArgument('random.key', 'seed', seed, seedKind);
  return tensor(Uint32Array.of(Math.floor(seed / 2 ** 32), seed % 2 ** 32));
}

/** Validator of the argument `count` of `split`. The count is limited because every key is a separate tensor. */
const mostKeys = integer({ min: 0, max: 2 ** 24 });

/**
 * Derives new random keys from a key. Do not use the old key afterwards.
 *
 * @param count number of new keys. Default: 2; at most 2^24
 * @throws ManabiError `argument`
 * @example
 * ```ts
 * import { random } from 'manabi';
 *
 * console.log(random.split(random.key(1), 3).length); // 3
 * ```
 */
export function split(from: Tensor, count = 2): Tensor[] {
  readArgument('random.split', 'count', count, mostKeys);
  const keys = new Tensor(composite('split', [keyOf('split', from)], { count }));
  return Array.from({ length: count }, (_, i) => index(keys, i));
}

/**
 * Derives a new random key from a key and an integer, such as the index of a step, layer or worker.
 *
 * @param data integer in [0, 2^32 - 1], or a scalar tensor
 * @throws ManabiError `value` for other numbers; `argument`, `shape` or `dtype` for an invalid key
 * @example
 * ```ts
 * import { random } from 'manabi';
 *
 * const key = random.key(1);
 * const draws = [0, 1, 0].map((step) => random.uniform(random.foldIn(key, step), [2]));
 * const [first, second, again] = await Promise.all(draws.map((draw) => draw.array()));
 * console.log(String(first) === String(second), String(first) === String(again)); // false true
 * ```
 */
export function foldIn(from: Tensor, data: number | Tensor): Tensor {
  const word = isTensor(data)
    ? valueAs('random.foldIn', lazyOf(data), 'uint32')
    : scalarValue('random.foldIn', data, 'uint32');
  return new Tensor(composite('foldIn', [keyOf('foldIn', from), word], {}));
}

/** Options of random functions that draw floats. */
export interface DrawOptions {
  /** Float dtype of the result. Default: float32. */
  readonly dtype?: DType;
}

/** Validator that accepts float dtypes. Its errors have the code `dtype`. */
const floatKind: Kind<DType> = {
  ...dtypeKind,
  read: (given, location) => {
    const dtype = dtypeKind.read(given, location);
    if (isFloat(dtype)) return dtype;
    throw new ManabiError(
      'dtype',
      `\`dtype\` must be a float dtype; got ${dtype}. For integers, use random.randint().`,
      {
        op: location.op,
        data: { dtype },
      },
    );
  },
};

const drawKinds = { dtype: optional(floatKind, 'float32') } satisfies KindsOf<DrawOptions>;

/**
 * Validator that accepts parameters of a distribution: numbers and tensors. The elements of tensors are not checked.
 */
const parameter = anyOf(number(), tensorKind);

/**
 * Draws uniformly distributed integers in [0, 2^32 - 1], as uint32.
 *
 * @example
 * ```ts
 * import { random } from 'manabi';
 *
 * console.log(random.bits(random.key(1), [3]).dtype); // uint32
 * ```
 */
export function bits(from: Tensor, shape: Shape): Tensor {
  return new Tensor(emitOne('randomBits', [keyOf('bits', from)], { shape: checkedShape('random.bits', shape) }));
}

/** Options of `uniform`. */
export interface UniformOptions extends DrawOptions {
  /** Lower bound, inclusive. Default: 0. */
  readonly low?: TensorLike;
  /** Upper bound, exclusive. Default: 1. */
  readonly high?: TensorLike;
}

const uniformKinds = {
  ...drawKinds,
  low: optional(parameter, 0),
  high: optional(parameter, 1),
} satisfies KindsOf<UniformOptions>;

/**
 * Draws floats from the uniform distribution over [low, high).
 *
 * @param options `low`, `high` (numbers, or tensors that broadcast to the shape) and `dtype`
 * @throws ManabiError `argument`, `shape` or `dtype` for invalid arguments
 * @example
 * ```ts
 * import { all, greaterEqual, less, logicalAnd, random } from 'manabi';
 *
 * const x = random.uniform(random.key(1), [100], { low: -1 });
 * console.log(await all(logicalAnd(greaterEqual(x, -1), less(x, 1))).array()); // true
 * ```
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

/** Throws if the lower bound of an interval exceeds the upper bound. */
function checkOrder(op: string, low: number, high: number): void {
  if (low <= high) return;
  throw wrongArgument({ op, name: 'high' }, `a number of at least \`low\` (${low})`, high);
}

/** Options of `normal`. */
export interface NormalOptions extends DrawOptions {
  /** Mean of the distribution. Default: 0. */
  readonly mean?: TensorLike;
  /** Standard deviation of the distribution. Default: 1. */
  readonly std?: TensorLike;
}

const normalKinds = {
  ...drawKinds,
  mean: optional(parameter, 0),
  std: optional(anyOf(number({ min: 0 }), tensorKind), 1),
} satisfies KindsOf<NormalOptions>;

/**
 * Draws floats from the normal distribution.
 *
 * @param options `mean`, `std` (numbers, or tensors that broadcast to the shape) and `dtype`
 * @throws ManabiError `argument`, `shape` or `dtype` for invalid arguments
 * @example
 * ```ts
 * import { random } from 'manabi';
 *
 * console.log(random.normal(random.key(1), [784, 128], { std: 0.05 }).shape); // [784, 128]
 * ```
 */
export function normal(from: Tensor, shape: Shape, options?: NormalOptions): Tensor {
  const operand = [keyOf('normal', from)];
  const { mean, std, dtype } = optionsOf('random.normal', options, normalKinds);
  const draw = { shape: checkedShape('random.normal', shape), dtype };
  return stretched(new Tensor(composite('normal', operand, draw)), mean, std);
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends NormalOptions {
  /** Lower bound, in standard deviations from the mean. Default: -2. */
  readonly low?: number;
  /** Upper bound, in standard deviations from the mean. Default: 2. */
  readonly high?: number;
}

const truncatedNormalKinds = {
  ...normalKinds,
  low: optional(number(), -2),
  high: optional(number(), 2),
} satisfies KindsOf<TruncatedNormalOptions>;

/**
 * Draws floats from a normal distribution that is truncated to an interval. `low` and `high` are the bounds in standard
 * deviations from the mean, by default -2 and 2.
 *
 * @throws ManabiError `argument`, `shape` or `dtype` for invalid arguments
 * @example
 * ```ts
 * import { abs, all, lessEqual, random } from 'manabi';
 *
 * const x = random.truncatedNormal(random.key(1), [100]);
 * console.log(await all(lessEqual(abs(x), 2)).array()); // true
 * ```
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

/**
 * Draws booleans that are true with the given probability.
 *
 * @param probability number in [0, 1], or a tensor that broadcasts to the shape
 * @param shape shape of the result. Default: that of `probability`
 * @throws ManabiError `argument`, `shape` or `dtype` for invalid arguments
 * @example
 * ```ts
 * import { random, tensor } from 'manabi';
 *
 * console.log(await random.bernoulli(random.key(1), tensor([0, 1])).array()); // [false, true]
 * ```
 */
export function bernoulli(from: Tensor, probability: TensorLike, shape?: Shape): Tensor {
  readArgument('random.bernoulli', 'probability', probability, probabilityKind);
  if (typeof probability === 'number') {
    const config = { shape: checkedShape('random.bernoulli', shape ?? []), probability };
    return new Tensor(composite('bernoulli', [keyOf('bernoulli', from)], config));
  }
  const share = new Tensor(asFloat('random.bernoulli', probability));
  const fullShape = shape === undefined ? share.shape : checkedShape('random.bernoulli', shape);
  return less(uniform(from, fullShape, { dtype: share.dtype }), broadcastTo(share, fullShape));
}

const int32Kind = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/**
 * Draws uniformly distributed integers in [low, high), as int32.
 *
 * @throws ManabiError `argument` unless `low` and `high` are integers with low < high; `shape` or `dtype` for an
 * invalid key
 * @example
 * ```ts
 * import { all, greaterEqual, less, logicalAnd, random } from 'manabi';
 *
 * const dice = random.randint(random.key(1), [10], 1, 7);
 * console.log(await all(logicalAnd(greaterEqual(dice, 1), less(dice, 7))).array()); // true
 * ```
 */
export function randint(from: Tensor, shape: Shape, low: number, high: number): Tensor {
  readArgument('random.randint', 'low', low, int32Kind);
  if (!Number.isInteger(high) || high <= low || high > 2 ** 31) {
    throw wrongArgument({ op: 'random.randint', name: 'high' }, `an integer in [${low + 1}, 2^31]`, high);
  }
  const span = high - low;
  const words = bits(from, [2, ...checkedShape('random.randint', shape)]);
  const offset = scaled(index(words, 0), index(words, 1), span);
  const result = new Tensor(castTo(lazyOf(offset), 'int32'));
  return low === 0 ? result : add(result, fixed(low, result));
}

/**
 * Computes floor(w * n / 2^64) for 64-bit numbers w = high * 2^32 + low. If w is random, the results are random
 * integers in [0, n) with negligible bias (Lemire, "Fast random integer generation in an interval", 2019).
 */
function scaled(high: Tensor, low: Tensor, n: number): Tensor {
  const below = mul(high, fixed(n, high));
  const total = add(below, multiplyHigh(low, n));
  const carry = new Tensor(castTo(lazyOf(less(total, below)), 'uint32'));
  return add(multiplyHigh(high, n), carry);
}

/** Returns the upper 32 bits of the 64-bit products x * n, computed from the products of 16-bit halves. */
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
 * Draws class indices (int32) with the probabilities softmax(logits) along an axis. The result does not have this axis.
 *
 * @param options `axis`: axis of the classes (default: -1). `shape`: shape of the result; it must end with the shape of
 * the logits without the axis of the classes (default: only this shape, for one draw per distribution)
 * @throws ManabiError `argument`, `axis`, `shape` or `dtype` for invalid arguments
 * @example
 * ```ts
 * import { random, tensor } from 'manabi';
 *
 * console.log(await random.categorical(random.key(1), tensor([[0, 50], [50, 0]])).array()); // [1, 0]
 * ```
 */
export function categorical(
  from: Tensor,
  logits: TensorLike,
  options?: { readonly axis?: number; readonly shape?: Shape },
): Tensor {
  const { axis, shape } = optionsOf('random.categorical', options, categoricalKinds);
  const value = new Tensor(asFloat('random.categorical', logits));
  const last = moveaxis(value, normalizeAxis('random.categorical', axis, value.rank), -1);
  const fullShape = shape === undefined ? last.shape : [...shape, last.shape[last.rank - 1]];
  const spread = lazyOf(broadcastTo(last, fullShape));
  return new Tensor(composite('categorical', [keyOf('categorical', from), spread], { axis: fullShape.length - 1 }));
}

const numberOrTensor = anyOf(countKind, tensorKind);

/**
 * Returns a random permutation. For a number x, permutes the integers in [0, x), as int32; for a tensor x, permutes its
 * slices along an axis.
 *
 * @param axis axis along which to permute a tensor. Default: 0
 * @throws ManabiError `argument` for an invalid x; `axis` for an invalid axis
 * @example
 * ```ts
 * import { random, sort } from 'manabi';
 *
 * console.log(await sort(random.permutation(random.key(1), 4)).array()); // [0, 1, 2, 3]
 * ```
 */
export function permutation(from: Tensor, x: number | Tensor, axis = 0): Tensor {
  readArgument('random.permutation', 'x', x, numberOrTensor);
  const along = isTensor(x) ? normalizeAxis('random.permutation', axis, x.rank) : 0;
  const size = isTensor(x) ? x.shape[along] : x;
  const order = new Tensor(composite('permutation', [keyOf('permutation', from)], { size }));
  return isTensor(x) ? take(x, order, along) : order;
}

function keyOf(op: string, from: Tensor): LazyValue {
  if (!isTensor(from)) {
    const advice = 'Create one with random.key(seed).';
    throw wrongArgument({ op: `random.${op}`, name: 'key' }, 'a random key', from, advice);
  }
  const value = lazyOf(from);
  if (value.type.dtype === 'uint32' && equalShapes(value.type.shape, [2])) return value;
  throw new ManabiError(
    value.type.dtype === 'uint32' ? 'shape' : 'dtype',
    `A random key must be uint32[2]; got ${formatType(value.type)}. Create one with random.key(seed).`,
    { op: `random.${op}`, data: { dtype: value.type.dtype, shape: value.type.shape } },
  );
}
