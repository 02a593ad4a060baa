import { boolean, type KindsOf, kind, number, optional, wrongArgument } from '@manabi/errors';
import { type DType, sizeOf } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { Tensor } from '../tensor.ts';
import { optionsOf } from './argument-kinds.ts';
import { abs } from './arithmetic.ts';
import { type Axis, normalizeAxes, normalizeAxis } from './axis.ts';
import { lessEqual, where } from './comparison.ts';
import { composite } from './composite.ts';
import { sqrt } from './exponential.ts';
import { asBool, asFloat, asNumeric, asValue, castTo, type TensorLike } from './operand.ts';

/** How a reduction shapes its result. */
export interface ReduceOptions {
  /** Keeps the reduced axes with length 1, so that the result broadcasts against the operand. By default false. */
  readonly keepdims?: boolean;
}

const reduceKinds = { keepdims: optional(boolean, false) } satisfies KindsOf<ReduceOptions>;

type ReduceOp = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin';

/**
 * Sum over axes, over all if none are named; 0 where there is nothing. bool is counted as int32, uint8 summed as uint32.
 *
 * @throws ManabiError `axis`; `argument` for what is no axis or option
 * @example `sum(x)`, `sum(x, 0)`, `sum(x, [-2, -1], { keepdims: true })`
 */
export function sum(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceSum', 'sum', accumulated('sum', x), axis, options);
}

/** Product over axes; 1 where there is nothing. dtypes as in `sum`. */
export function prod(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceProd', 'prod', accumulated('prod', x), axis, options);
}

/** Largest element over axes; NaN wins. Where there is nothing, the smallest value of the dtype. */
export function max(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMax', 'max', asValue('max', x), axis, options);
}

/** Smallest element over axes; NaN wins. Where there is nothing, the largest value of the dtype. */
export function min(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMin', 'min', asValue('min', x), axis, options);
}

/** True where any element over the axes is true. */
export function any(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMax', 'any', asBool('any', x), axis, options);
}

/** True where all elements over the axes are true. */
export function all(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMin', 'all', asBool('all', x), axis, options);
}

/** Mean over axes, as float; NaN where there is nothing. */
export function mean(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  const value = asFloat('mean', x);
  const { keepdims } = optionsOf('mean', options, reduceKinds);
  const axes = normalizeAxes('mean', axis, value.type.shape.length);
  return shaped(composite('reduceMean', [value], { axes }), value, axes, keepdims);
}

/** How a variance is computed. */
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the number of elements that the sum of squares is divided by; by default 0, for samples 1. */
  readonly ddof?: number;
}

const varianceKinds = { ...reduceKinds, ddof: optional(number(), 0) } satisfies KindsOf<VarianceOptions>;

/** Mean square distance from the mean, over axes. */
export function variance(x: TensorLike, axis?: Axis, options?: VarianceOptions): Tensor {
  return varianceOf('variance', x, axis, options);
}

function varianceOf(op: string, x: TensorLike, axis: Axis | undefined, options: VarianceOptions | undefined): Tensor {
  const { keepdims, ddof } = optionsOf(op, options, varianceKinds);
  const value = asFloat(op, x);
  const axes = normalizeAxes(op, axis, value.type.shape.length);
  checkDdof(op, ddof, sizeOf(axes.map((each) => value.type.shape[each])));
  return shaped(composite('variance', [value], { axes, correction: ddof }), value, axes, keepdims);
}

/** More than all elements would divide by a negative number. As in NumPy, as many give NaN. */
function checkDdof(op: string, ddof: number, count: number): void {
  if (ddof <= count || count === 0) return;
  throw wrongArgument({ op, name: 'ddof' }, `at most ${count}, the number of elements`, ddof);
}

/** Returns the square root of the variance. Where all elements are equal, its slope is 0, as in PyTorch. */
export function std(x: TensorLike, axis?: Axis, options?: VarianceOptions): Tensor {
  const square = varianceOf('std', x, axis, options);
  // The root of zero has an infinite slope, so it is not taken.
  const isZero = lessEqual(square, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, square)));
}

/** log(sum(exp(x))) over axes, without overflow; -infinity where all are that. */
export function logsumexp(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  const { keepdims } = optionsOf('logsumexp', options, reduceKinds);
  const value = asFloat('logsumexp', x);
  const axes = normalizeAxes('logsumexp', axis, value.type.shape.length);
  return shaped(composite('logSumExp', [value], { axes }), value, axes, keepdims);
}

/** How a norm is computed. */
export interface NormOptions extends ReduceOptions {
  /** 2 (by default), 1, or Infinity: root of the sum of squares, sum of sizes, largest size. */
  readonly ord?: number;
}

const normKinds = {
  ...reduceKinds,
  ord: optional(
    kind('1, 2 or Infinity', (given): given is number => given === 1 || given === 2 || given === Infinity),
    2,
  ),
} satisfies KindsOf<NormOptions>;

/**
 * Length of vectors along axes. Several axes are read as one vector, as PyTorch's `vector_norm` does; NumPy's norms over
 * two axes are those of matrices, which differ for the orders 1 and Infinity.
 *
 * @throws ManabiError `argument` for another order; `axis`
 */
export function norm(x: TensorLike, axis?: Axis, options?: NormOptions): Tensor {
  const { ord, keepdims } = optionsOf('norm', options, normKinds);
  const value = asFloat('norm', x);
  const axes = normalizeAxes('norm', axis, value.type.shape.length);
  if (ord === 2) return shaped(composite('reduceL2', [value], { axes }), value, axes, keepdims);
  if (ord === 1) return shaped(composite('reduceL1', [value], { axes }), value, axes, keepdims);
  const sizes = abs(new Tensor(value));
  // The largest of no elements would be -infinity; the length of a vector without elements is 0, like that of a sum.
  const isEmpty = axes.some((each) => sizes.shape[each] === 0);
  return isEmpty ? sum(sizes, axis, { keepdims }) : max(sizes, axis, { keepdims });
}

/**
 * Place of the first largest element along an axis, or, if none is named, in the elements in row-major order. int32; the
 * first NaN, if there is one.
 *
 * @throws ManabiError `axis`; `shape` if there is nothing to choose from
 */
export function argmax(x: TensorLike, axis?: number | null, options?: ReduceOptions): Tensor {
  return placeOf('argMax', 'argmax', x, axis, options);
}

/** As `argmax`, for the smallest element. */
export function argmin(x: TensorLike, axis?: number | null, options?: ReduceOptions): Tensor {
  return placeOf('argMin', 'argmin', x, axis, options);
}

/** How a running sum is computed. */
export interface CumsumOptions {
  /** Runs from the end. */
  readonly reverse?: boolean;
  /** Leaves the element itself out. */
  readonly exclusive?: boolean;
}

const cumsumKinds = {
  reverse: optional(boolean, false),
  exclusive: optional(boolean, false),
} satisfies KindsOf<CumsumOptions>;

/** Running sums along an axis, or, if none is named, over the elements in row-major order. dtypes as in `sum`. */
export function cumsum(x: TensorLike, axis?: number | null, options?: CumsumOptions): Tensor {
  const { reverse, exclusive } = optionsOf('cumsum', options, cumsumKinds);
  const [value, along] = flatUnlessNamed('cumsum', accumulated('cumsum', x), axis);
  return new Tensor(emitOne('cumSum', [value], { axis: along, reverse, exclusive }));
}

function placeOf(
  op: 'argMax' | 'argMin',
  name: string,
  x: TensorLike,
  axis: number | null | undefined,
  options?: ReduceOptions,
): Tensor {
  const { keepdims } = optionsOf(name, options, reduceKinds);
  const whole = asNumeric(name, x);
  const [value, along] = flatUnlessNamed(name, whole, axis);
  const result = emitOne(op, [value], { axis: along });
  if (!keepdims) return new Tensor(result);
  return new Tensor(withAxes(result, whole, normalizeAxes(name, axis, whole.type.shape.length)));
}

function flatUnlessNamed(name: string, value: LazyValue, axis: number | null | undefined): [LazyValue, number] {
  const { shape } = value.type;
  if (axis !== null && axis !== undefined) return [value, normalizeAxis(name, axis, shape.length)];
  return [shape.length === 1 ? value : emitOne('reshape', [value], { shape: [sizeOf(shape)] }), 0];
}

function reduced(
  op: ReduceOp,
  name: string,
  value: LazyValue,
  axis: Axis | undefined,
  options?: ReduceOptions,
): Tensor {
  const { keepdims } = optionsOf(name, options, reduceKinds);
  const axes = normalizeAxes(name, axis, value.type.shape.length);
  return shaped(emitOne(op, [value], { axes }), value, axes, keepdims);
}

/** A reduced value with its axes back, where that is wanted. */
function shaped(result: LazyValue, operand: LazyValue, axes: readonly number[], keepdims: boolean): Tensor {
  return new Tensor(keepdims ? withAxes(result, operand, axes) : result);
}

function withAxes(result: LazyValue, operand: LazyValue, axes: readonly number[]): LazyValue {
  const shape = operand.type.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return emitOne('reshape', [result], { shape });
}

/** dtypes that overflow soon are added up in a wider one. */
function accumulated(op: string, x: TensorLike): LazyValue {
  const value = asNumeric(op, x);
  const wider: DType = value.type.dtype === 'uint8' ? 'uint32' : value.type.dtype;
  return castTo(value, wider);
}
