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

/** Options of functions that reduce axes, such as `sum` and `mean`. */
export interface ReduceOptions {
  /** Whether the result keeps the reduced axes, with length 1, and so broadcasts against x. Default: false. */
  readonly keepdims?: boolean;
}

const reduceKinds = { keepdims: optional(boolean, false) } satisfies KindsOf<ReduceOptions>;

type ReduceOp = 'reduceSum' | 'reduceProd' | 'reduceMax' | 'reduceMin';

/**
 * Computes the sum over axes; 0 if there are no elements. bool is summed as int32, uint8 as uint32.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { sum, tensor } from 'manabi';
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await sum(x).item()); // 10
 * console.log(await sum(x, 1, { keepdims: true }).array()); // [[3], [7]]
 * ```
 */
export function sum(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceSum', 'sum', accumulated('sum', x), axis, options);
}

/**
 * Computes the product over axes; 1 if there are no elements. bool is multiplied as int32, uint8 as uint32.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { prod, tensor } from 'manabi';
 *
 * console.log(await prod(tensor([[1, 2], [3, 4]]), 0).array()); // [3, 8]
 * ```
 */
export function prod(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceProd', 'prod', accumulated('prod', x), axis, options);
}

/**
 * Computes the largest element over axes; NaN if any element is NaN. If there are no elements, the result is the
 * smallest value of the dtype (NumPy raises an error).
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { max, tensor } from 'manabi';
 *
 * console.log(await max(tensor([[1, 2], [3, 4]]), 1).array()); // [2, 4]
 * ```
 */
export function max(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMax', 'max', asValue('max', x), axis, options);
}

/**
 * Computes the smallest element over axes; NaN if any element is NaN. If there are no elements, the result is the
 * largest value of the dtype (NumPy raises an error).
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { min, tensor } from 'manabi';
 *
 * console.log(await min(tensor([[1, 2], [3, 4]]), 1).array()); // [1, 3]
 * ```
 */
export function min(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMin', 'min', asValue('min', x), axis, options);
}

/**
 * Tests whether any element over axes is true (nonzero). The result is bool.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { any, tensor } from 'manabi';
 *
 * console.log(await any(tensor([[true, false], [false, false]]), 1).array()); // [true, false]
 * ```
 */
export function any(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMax', 'any', asBool('any', x), axis, options);
}

/**
 * Tests whether all elements over axes are true (nonzero). The result is bool.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { all, tensor } from 'manabi';
 *
 * console.log(await all(tensor([[true, true], [true, false]]), 1).array()); // [true, false]
 * ```
 */
export function all(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  return reduced('reduceMin', 'all', asBool('all', x), axis, options);
}

/**
 * Computes the arithmetic mean over axes; NaN if there are no elements. Integers are converted to float32 first.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { mean, tensor } from 'manabi';
 *
 * console.log(await mean(tensor([[1, 2], [3, 4]]), 0).array()); // [2, 3]
 * ```
 */
export function mean(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  const value = asFloat('mean', x);
  const { keepdims } = optionsOf('mean', options, reduceKinds);
  const axes = normalizeAxes('mean', axis, value.type.shape.length);
  return shaped(composite('reduceMean', [value], { axes }), value, axes, keepdims);
}

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReduceOptions {
  /**
   * Delta degrees of freedom: the sum of squared differences is divided by the number of elements minus `ddof`. Pass 1
   * for the sample variance. Default: 0.
   */
  readonly ddof?: number;
}

const varianceKinds = { ...reduceKinds, ddof: optional(number(), 0) } satisfies KindsOf<VarianceOptions>;

/**
 * Computes the variance over axes: `sum((x - mean)^2) / (n - ddof)` for n elements (NumPy `var`).
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { tensor, variance } from 'manabi';
 *
 * console.log(await variance(tensor([1, 3])).item()); // 1
 * console.log(await variance(tensor([1, 3]), null, { ddof: 1 }).item()); // 2
 * ```
 */
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

/**
 * Throws if `ddof` exceeds the number of elements, because the variance would be divided by a negative number. If
 * `ddof` equals the number of elements, the variance is NaN, as in NumPy.
 */
function checkDdof(op: string, ddof: number, count: number): void {
  if (ddof <= count || count === 0) return;
  throw wrongArgument({ op, name: 'ddof' }, `at most ${count}, the number of elements`, ddof);
}

/**
 * Computes the standard deviation over axes, the square root of `variance`. Where all elements are equal, its
 * derivative is 0, as in PyTorch.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { std, tensor } from 'manabi';
 *
 * console.log(await std(tensor([1, 5])).item()); // 2
 * ```
 */
export function std(x: TensorLike, axis?: Axis, options?: VarianceOptions): Tensor {
  const square = varianceOf('std', x, axis, options);
  // Where the variance is 0, the square root is not applied, because its derivative at 0 is infinite.
  const isZero = lessEqual(square, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, square)));
}

/**
 * Computes `log(sum(exp(x)))` over axes without overflow. If all elements are -Infinity, or the axes are empty, the result
 * is -Infinity.
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { logsumexp, tensor } from 'manabi';
 *
 * console.log(await logsumexp(tensor([100, 100])).item()); // 100.6931
 * ```
 */
export function logsumexp(x: TensorLike, axis?: Axis, options?: ReduceOptions): Tensor {
  const { keepdims } = optionsOf('logsumexp', options, reduceKinds);
  const value = asFloat('logsumexp', x);
  const axes = normalizeAxes('logsumexp', axis, value.type.shape.length);
  return shaped(composite('logSumExp', [value], { axes }), value, axes, keepdims);
}

/** Options of `norm`. */
export interface NormOptions extends ReduceOptions {
  /**
   * Order of the norm: 2 (root of the sum of squares), 1 (sum of absolute values) or Infinity (largest absolute value).
   * Default: 2.
   */
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
 * Computes vector norms over axes. The elements on several axes form one vector, as in PyTorch's `vector_norm`. (For
 * two axes, NumPy's `norm` computes matrix norms instead, which differ for the orders 1 and Infinity.)
 *
 * @param axis axes to reduce. Default: all
 * @throws ManabiError `argument` for an order other than 1, 2 and Infinity; `axis` for an invalid axis
 * @example
 * ```ts
 * import { norm, tensor } from 'manabi';
 *
 * console.log(await norm(tensor([3, 4])).item()); // 5
 * console.log(await norm(tensor([3, -4]), null, { ord: 1 }).item()); // 7
 * ```
 */
export function norm(x: TensorLike, axis?: Axis, options?: NormOptions): Tensor {
  const { ord, keepdims } = optionsOf('norm', options, normKinds);
  const value = asFloat('norm', x);
  const axes = normalizeAxes('norm', axis, value.type.shape.length);
  if (ord === 2) return shaped(composite('reduceL2', [value], { axes }), value, axes, keepdims);
  if (ord === 1) return shaped(composite('reduceL1', [value], { axes }), value, axes, keepdims);
  const sizes = abs(new Tensor(value));
  // The maximum of an empty axis is -infinity, but the norm of an empty vector is 0.
  const isEmpty = axes.some((each) => sizes.shape[each] === 0);
  return isEmpty ? sum(sizes, axis, { keepdims }) : max(sizes, axis, { keepdims });
}

/**
 * Returns the index of the first largest element along an axis, as int32; the index of the first NaN if there is one.
 *
 * @param axis axis to search, or null to search all elements and return an index in row-major order. Default: null
 * @throws ManabiError `axis` for an invalid axis; `shape` if there are no elements
 * @example
 * ```ts
 * import { argmax, tensor } from 'manabi';
 *
 * console.log(await argmax(tensor([[1, 3], [4, 2]]), 1).array()); // [1, 0]
 * ```
 */
export function argmax(x: TensorLike, axis?: number | null, options?: ReduceOptions): Tensor {
  return positionOf('argMax', 'argmax', x, axis, options);
}

/**
 * Returns the index of the first smallest element along an axis, as int32; the index of the first NaN if there is one.
 *
 * @param axis axis to search, or null to search all elements and return an index in row-major order. Default: null
 * @throws ManabiError `axis` for an invalid axis; `shape` if there are no elements
 * @example
 * ```ts
 * import { argmin, tensor } from 'manabi';
 *
 * console.log(await argmin(tensor([[1, 3], [4, 2]]), 1).array()); // [0, 1]
 * ```
 */
export function argmin(x: TensorLike, axis?: number | null, options?: ReduceOptions): Tensor {
  return positionOf('argMin', 'argmin', x, axis, options);
}

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** Whether to sum from the last element to the first. Default: false. */
  readonly reverse?: boolean;
  /** Whether the sum at each position excludes the element at this position. Default: false. */
  readonly exclusive?: boolean;
}

const cumsumKinds = {
  reverse: optional(boolean, false),
  exclusive: optional(boolean, false),
} satisfies KindsOf<CumsumOptions>;

/**
 * Computes cumulative sums along an axis: at each position, the sum of the elements up to it. bool is summed as int32,
 * uint8 as uint32.
 *
 * @param axis axis along which to sum, or null to sum all elements in row-major order. Default: null
 * @throws ManabiError `axis` for an invalid axis; `argument` for an invalid option
 * @example
 * ```ts
 * import { cumsum, tensor } from 'manabi';
 *
 * console.log(await cumsum(tensor([1, 2, 3])).array()); // [1, 3, 6]
 * console.log(await cumsum(tensor([1, 2, 3]), 0, { exclusive: true }).array()); // [0, 1, 3]
 * ```
 */
export function cumsum(x: TensorLike, axis?: number | null, options?: CumsumOptions): Tensor {
  const { reverse, exclusive } = optionsOf('cumsum', options, cumsumKinds);
  const [value, along] = flatUnlessNamed('cumsum', accumulated('cumsum', x), axis);
  return new Tensor(emitOne('cumSum', [value], { axis: along, reverse, exclusive }));
}

function positionOf(
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

/** With `keepdims`, reshapes the result of a reduction such that it has the reduced axes, with length 1. */
function shaped(result: LazyValue, operand: LazyValue, axes: readonly number[], keepdims: boolean): Tensor {
  return new Tensor(keepdims ? withAxes(result, operand, axes) : result);
}

function withAxes(result: LazyValue, operand: LazyValue, axes: readonly number[]): LazyValue {
  const shape = operand.type.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return emitOne('reshape', [result], { shape });
}

/** Converts an operand of bool to int32 and one of uint8 to uint32, in which sums and products rarely overflow. */
function accumulated(op: string, x: TensorLike): LazyValue {
  const value = asNumeric(op, x);
  const wider: DType = value.type.dtype === 'uint8' ? 'uint32' : value.type.dtype;
  return castTo(value, wider);
}
