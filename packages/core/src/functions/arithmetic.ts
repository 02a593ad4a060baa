import { dtypes, isFloat, isInteger, ManabiError } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { equal, where } from './comparison.ts';
import { composite } from './composite.ts';
import { binary, unary } from './elementwise.ts';
import { asFloat, asNumeric, castTo, fixed, promote, type TensorLike } from './operand.ts';

/**
 * Returns `x + y`, elementwise with broadcasting and dtype promotion.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common numeric
 * one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { add, tensor } from 'manabi';
 *
 * console.log(await add(tensor([1, 2]), tensor([[10], [20]])).array()); // [[11, 12], [21, 22]]
 * ```
 */
export function add(x: TensorLike, y: TensorLike): Tensor {
  return binary('add', 'add', x, y);
}

/**
 * Returns `x - y`, elementwise with broadcasting and dtype promotion (NumPy `subtract`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common numeric
 * one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { sub, tensor } from 'manabi';
 *
 * console.log(await sub(tensor([1, 2]), 3).array()); // [-2, -1]
 * ```
 */
export function sub(x: TensorLike, y: TensorLike): Tensor {
  return binary('sub', 'sub', x, y);
}

/**
 * Returns `x * y`, elementwise with broadcasting and dtype promotion (NumPy `multiply`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common numeric
 * one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { mul, tensor } from 'manabi';
 *
 * console.log(await mul(tensor([1, 2]), tensor([3, 4])).array()); // [3, 8]
 * ```
 */
export function mul(x: TensorLike, y: TensorLike): Tensor {
  return binary('mul', 'mul', x, y);
}

/**
 * Returns `x / y`, elementwise with broadcasting and dtype promotion (NumPy `divide`). Integers are converted to
 * float32 first. Use `floorDivide` for integer division.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { div, tensor } from 'manabi';
 *
 * console.log(await div(tensor([3, 1], { dtype: 'int32' }), 2).array()); // [1.5, 0.5]
 * ```
 */
export function div(x: TensorLike, y: TensorLike): Tensor {
  const tensors = [x, y].map((operand) => {
    if (!isTensor(operand) || isFloat(operand.dtype)) return operand;
    return new Tensor(castTo(lazyOf(operand), 'float32'));
  });
  return binary('div', 'div', tensors[0], tensors[1]);
}

/**
 * Returns the floor of `x / y`, elementwise with broadcasting (NumPy `floor_divide`). Integer operands produce
 * integers; dividing an integer by 0 returns that integer (NumPy returns 0).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { floorDivide, tensor } from 'manabi';
 *
 * console.log(await floorDivide(tensor([7, -7]), 2).array()); // [3, -4]
 * ```
 */
export function floorDivide(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(composite('floorDivide', alignNumeric('floorDivide', x, y), {}));
}

/**
 * Returns the remainder of floor division, `x - y * floorDivide(x, y)`, elementwise with broadcasting. It has the sign
 * of y (NumPy `mod` and `remainder`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { mod, tensor } from 'manabi';
 *
 * console.log(await mod(tensor([7, -7]), 3).array()); // [1, 2]
 * ```
 */
export function mod(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(composite('floorMod', alignNumeric('mod', x, y), {}));
}

/**
 * Returns the remainder of truncated division, elementwise with broadcasting. It has the sign of x (JavaScript `%`,
 * NumPy `fmod`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { fmod, tensor } from 'manabi';
 *
 * console.log(await fmod(tensor([7, -7]), 3).array()); // [1, -1]
 * ```
 */
export function fmod(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('rem', alignNumeric('fmod', x, y), {}));
}

function alignNumeric(op: string, x: TensorLike, y: TensorLike): LazyValue[] {
  return align(op, [x, y]).map((value) => asNumeric(op, new Tensor(value)));
}

/**
 * Returns `-x`, elementwise.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { negative, tensor } from 'manabi';
 *
 * console.log(await negative(tensor([1, -2])).array()); // [-1, 2]
 * ```
 */
export function negative(x: TensorLike): Tensor {
  return unary('neg', 'negative', x);
}

/**
 * Returns the absolute value of each element. Its derivative at 0 is 0.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { abs, tensor } from 'manabi';
 *
 * console.log(await abs(tensor([1, -2])).array()); // [1, 2]
 * ```
 */
export function abs(x: TensorLike): Tensor {
  return unary('abs', 'abs', x);
}

/**
 * Returns the sign of each element: -1, 0 or 1. NaN stays NaN.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { sign, tensor } from 'manabi';
 *
 * console.log(await sign(tensor([-3, 0, 5])).array()); // [-1, 0, 1]
 * ```
 */
export function sign(x: TensorLike): Tensor {
  return unary('sign', 'sign', x);
}

/**
 * Returns `x * x`, elementwise.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { square, tensor } from 'manabi';
 *
 * console.log(await square(tensor([3, -2])).array()); // [9, 4]
 * ```
 */
export function square(x: TensorLike): Tensor {
  const value = asNumeric('square', x);
  return new Tensor(emitOne('mul', [value, value], {}));
}

/**
 * Returns `1 / x`, elementwise. Unlike in NumPy, integers are converted to float32 first.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { reciprocal, tensor } from 'manabi';
 *
 * console.log(await reciprocal(tensor([2, 4])).array()); // [0.5, 0.25]
 * ```
 */
export function reciprocal(x: TensorLike): Tensor {
  return new Tensor(composite('reciprocal', [asFloat('reciprocal', x)], {}));
}

/**
 * Returns `x` to the power of `y`, elementwise with broadcasting. 0 to the power of 0 is 1; a negative base with a
 * non-integer exponent is NaN.
 *
 * If the exponent is one of the JavaScript numbers 2, 3, 4, 0.5, -0.5 and -1, the power is computed by multiplications,
 * divisions and square roots.
 *
 * @throws ManabiError `dtype` for an integer base unless the exponent is a non-negative JavaScript integer
 * @example
 * ```ts
 * import { power, tensor } from 'manabi';
 *
 * console.log(await power(tensor([2, 3]), 2).array()); // [4, 9]
 * console.log(await power(2, tensor([1, 3])).array()); // [2, 8]
 * ```
 */
export function power(x: TensorLike, y: TensorLike): Tensor {
  if (isTensor(x) && typeof y === 'number') {
    if (y === 2 || y === 3 || y === 4 || (isInteger(x.dtype) && Number.isInteger(y) && y >= 0)) return product(x, y);
    if (isFloat(x.dtype) && y === 0.5) return root(x);
    if (isFloat(x.dtype) && y === -0.5) return reciprocal(root(x));
    if (isFloat(x.dtype) && y === -1) return reciprocal(x);
  }
  const [a, b] = align('power', [x, y]);
  if (isFloat(a.type.dtype)) return new Tensor(emitOne('pow', [a, b], {}));
  throw new ManabiError(
    'dtype',
    `\`y\` must be a non-negative integer, passed as a JavaScript number, for powers of ${a.type.dtype}; got ` +
      `${isTensor(y) ? `a tensor of ${y.dtype}` : String(y)}. Convert x first: astype(x, 'float32').`,
    { op: 'power', data: { dtype: a.type.dtype, exponent: isTensor(y) ? y.dtype : y } },
  );
}

/** Computes the square root with the special values of `x ** 0.5`: 0 for -0, and infinity for -infinity. */
function root(x: Tensor): Tensor {
  const negativeInfinity = equal(x, fixed(Number.NEGATIVE_INFINITY, x));
  // The special value is selected in the operand, not in the result, because a NaN in the unselected result would reach
  // the gradient.
  const operand = where(negativeInfinity, fixed(Number.POSITIVE_INFINITY, x), add(x, fixed(0, x)));
  return new Tensor(emitOne('sqrt', [lazyOf(operand)], {}));
}

/** Computes x to the power of a positive integer by repeated squaring. Integers wrap around on overflow. */
function product(x: Tensor, exponent: number): Tensor {
  let result: Tensor | null = null;
  let base = x;
  for (let remaining = exponent; remaining > 0; remaining = Math.floor(remaining / 2)) {
    if (remaining % 2 === 1) result = result === null ? base : mul(result, base);
    if (remaining > 1) base = square(base);
  }
  if (result === x) return aliasOf(lazyOf(x));
  return result ?? add(mul(x, fixed(0, x)), fixed(1, x));
}

/**
 * Returns the larger of x and y, elementwise with broadcasting; NaN if either element is NaN. If both are equal, each
 * receives half of the gradient. For bool, this is the logical or.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { maximum, tensor } from 'manabi';
 *
 * console.log(await maximum(tensor([1, 5]), 3).array()); // [3, 5]
 * ```
 */
export function maximum(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align('maximum', [x, y]);
  return new Tensor(emitOne(a.type.dtype === 'bool' ? 'or' : 'max', [a, b], {}));
}

/**
 * Returns the smaller of x and y, elementwise with broadcasting; NaN if either element is NaN. If both are equal, each
 * receives half of the gradient. For bool, this is the logical and.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { minimum, tensor } from 'manabi';
 *
 * console.log(await minimum(tensor([1, 5]), 3).array()); // [1, 3]
 * ```
 */
export function minimum(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align('minimum', [x, y]);
  return new Tensor(emitOne(a.type.dtype === 'bool' ? 'and' : 'min', [a, b], {}));
}

/**
 * Clamps elements to the interval [min, max] (NumPy `clip`). If an element or a bound is NaN, the result is NaN. Where
 * `min` exceeds `max`, the result is `max`. For an element equal to a bound, the gradient passes through to x.
 *
 * @param min lower bound, or null for none
 * @param max upper bound, or null for none. Default: null
 * @throws ManabiError `shape` if the bounds do not broadcast against x; `dtype` if the dtypes do not promote to a common
 * one; `argument` for values of other types
 * @example
 * ```ts
 * import { clip, tensor } from 'manabi';
 *
 * console.log(await clip(tensor([-1, 0.5, 2]), 0, 1).array()); // [0, 0.5, 1]
 * console.log(await clip(tensor([-1, 0.5, 2]), null, 1).array()); // [-1, 0.5, 1]
 * ```
 */
export function clip(x: TensorLike, min: TensorLike | null, max: TensorLike | null = null): Tensor {
  const value = new Tensor(asNumeric('clip', x));
  if (isNumberOrNull(min) && isNumberOrNull(max) && isFloat(value.dtype)) {
    return new Tensor(composite('clip', [lazyOf(value)], { min, max }));
  }
  const [each] = promote('clip', [value, ...[min, max].filter((bound) => bound !== null)]);
  const { dtype } = each.type;
  const bounds = [min ?? fixed(dtypes[dtype].min, each.type), max ?? fixed(dtypes[dtype].max, each.type)];
  return new Tensor(composite('clipBetween', align('clip', [new Tensor(each), ...bounds]), {}));
}

function isNumberOrNull(x: TensorLike | null): x is number | null {
  return x === null || typeof x === 'number';
}
