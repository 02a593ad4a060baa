import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { align, broadcast } from './broadcast.ts';
import { composite } from './composite.ts';
import { binary, floatUnary } from './elementwise.ts';
import { asBool, asFloat, asNumeric, promote, type TensorLike } from './operand.ts';

/**
 * Tests `x == y` elementwise with broadcasting. NaN is not equal to any number, including NaN. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { equal, tensor } from 'manabi';
 *
 * console.log(await equal(tensor([1, 2]), tensor([1, 3])).array()); // [true, false]
 * ```
 */
export function equal(x: TensorLike, y: TensorLike): Tensor {
  return binary('equal', 'equal', x, y);
}

/**
 * Tests `x != y` elementwise with broadcasting. NaN differs from every number, including NaN. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { notEqual, tensor } from 'manabi';
 *
 * console.log(await notEqual(tensor([1, 2]), tensor([1, 3])).array()); // [false, true]
 * ```
 */
export function notEqual(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('not', [lazyOf(binary('equal', 'notEqual', x, y))], {}));
}

/**
 * Tests `x < y` elementwise with broadcasting. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { less, tensor } from 'manabi';
 *
 * console.log(await less(tensor([1, 2, 3]), 2).array()); // [true, false, false]
 * ```
 */
export function less(x: TensorLike, y: TensorLike): Tensor {
  return compare('less', 'less', x, y);
}

/**
 * Tests `x <= y` elementwise with broadcasting. The result is bool (NumPy `less_equal`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { lessEqual, tensor } from 'manabi';
 *
 * console.log(await lessEqual(tensor([1, 2, 3]), 2).array()); // [true, true, false]
 * ```
 */
export function lessEqual(x: TensorLike, y: TensorLike): Tensor {
  return compare('lessEqual', 'lessEqual', x, y);
}

/**
 * Tests `x > y` elementwise with broadcasting. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { greater, tensor } from 'manabi';
 *
 * console.log(await greater(tensor([1, 2, 3]), 2).array()); // [false, false, true]
 * ```
 */
export function greater(x: TensorLike, y: TensorLike): Tensor {
  return compare('less', 'greater', y, x);
}

/**
 * Tests `x >= y` elementwise with broadcasting. The result is bool (NumPy `greater_equal`).
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common one;
 * `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { greaterEqual, tensor } from 'manabi';
 *
 * console.log(await greaterEqual(tensor([1, 2, 3]), 2).array()); // [false, true, true]
 * ```
 */
export function greaterEqual(x: TensorLike, y: TensorLike): Tensor {
  return compare('lessEqual', 'greaterEqual', y, x);
}

function compare(op: 'less' | 'lessEqual', name: string, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = align(name, [x, y]);
  return new Tensor(emitOne(op, [asNumeric(name, new Tensor(a)), asNumeric(name, new Tensor(b))], {}));
}

/**
 * Tests whether each element is NaN. The result is bool.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { isnan, tensor } from 'manabi';
 *
 * console.log(await isnan(tensor([1, NaN])).array()); // [false, true]
 * ```
 */
export function isnan(x: TensorLike): Tensor {
  return floatUnary('isNaN', 'isnan', x);
}

/**
 * Tests whether each element is infinite. The result is bool.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { isinf, tensor } from 'manabi';
 *
 * console.log(await isinf(tensor([1, -Infinity])).array()); // [false, true]
 * ```
 */
export function isinf(x: TensorLike): Tensor {
  return floatUnary('isInf', 'isinf', x);
}

/**
 * Tests whether each element is finite, that is, neither NaN nor infinite. The result is bool.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { isfinite, tensor } from 'manabi';
 *
 * console.log(await isfinite(tensor([1, NaN, Infinity])).array()); // [true, false, false]
 * ```
 */
export function isfinite(x: TensorLike): Tensor {
  return new Tensor(composite('isFinite', [asFloat('isfinite', x)], {}));
}

/**
 * Selects elements of `x` where the condition is true, and elements of `y` elsewhere. The condition, `x` and `y`
 * broadcast (NumPy `where`).
 *
 * Both `x` and `y` are computed and differentiated at every element. If one of them is NaN where it is not selected,
 * the gradient may be NaN. To avoid this, replace the invalid operands as well: `where(less(0, x), log(where(less(0,
 * x), x, 1)), 0)`.
 *
 * @throws ManabiError `shape` if the operands cannot be broadcast; `dtype` if the dtypes of x and y cannot be combined
 * @example
 * ```ts
 * import { tensor, where } from 'manabi';
 *
 * console.log(await where(tensor([true, false]), tensor([1, 2]), 0).array()); // [1, 0]
 * ```
 */
export function where(condition: TensorLike, x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = promote('where', [x, y]);
  return new Tensor(emitOne('select', broadcast('where', [asBool('where', condition), a, b]), {}));
}
