import { emitOne } from '../emit/emit.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { align, broadcast } from './broadcast.ts';
import { asBool, asIndices, asTensor, asValue, castTo, isNumber, type TensorLike } from './operand.ts';

/**
 * Computes the logical and, elementwise with broadcasting. Nonzero numbers are true. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { logicalAnd, tensor } from 'manabi';
 *
 * console.log(await logicalAnd(tensor([true, false]), true).array()); // [true, false]
 * ```
 */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor {
  return logical('and', 'logicalAnd', x, y);
}

/**
 * Computes the logical or, elementwise with broadcasting. Nonzero numbers are true. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { logicalOr, tensor } from 'manabi';
 *
 * console.log(await logicalOr(tensor([true, false]), false).array()); // [true, false]
 * ```
 */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor {
  return logical('or', 'logicalOr', x, y);
}

/**
 * Computes the exclusive or, elementwise with broadcasting. Nonzero numbers are true. The result is bool.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { logicalXor, tensor } from 'manabi';
 *
 * console.log(await logicalXor(tensor([true, false]), true).array()); // [false, true]
 * ```
 */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor {
  return logical('xor', 'logicalXor', x, y);
}

/**
 * Computes the logical negation of each element. Nonzero numbers are true. The result is bool.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { logicalNot, tensor } from 'manabi';
 *
 * console.log(await logicalNot(tensor([true, false])).array()); // [false, true]
 * ```
 */
export function logicalNot(x: TensorLike): Tensor {
  return new Tensor(emitOne('not', [asBool('logicalNot', x)], {}));
}

function logical(op: 'and' | 'or' | 'xor', name: string, x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne(op, broadcast(name, [asBool(name, x), asBool(name, y)]), {}));
}

/**
 * Computes the bitwise and of integers or bools, elementwise with broadcasting.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` for floats, and if the dtypes do not promote to a
 * common one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { bitwiseAnd, tensor } from 'manabi';
 *
 * console.log(await bitwiseAnd(tensor([6, 5], { dtype: 'int32' }), 3).array()); // [2, 1]
 * ```
 */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('and', align('bitwiseAnd', [x, y]), {}));
}

/**
 * Computes the bitwise or of integers or bools, elementwise with broadcasting.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` for floats, and if the dtypes do not promote to a
 * common one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { bitwiseOr, tensor } from 'manabi';
 *
 * console.log(await bitwiseOr(tensor([6, 5], { dtype: 'int32' }), 3).array()); // [7, 7]
 * ```
 */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('or', align('bitwiseOr', [x, y]), {}));
}

/**
 * Computes the bitwise exclusive or of integers or bools, elementwise with broadcasting.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` for floats, and if the dtypes do not promote to a
 * common one; `argument` unless x and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { bitwiseXor, tensor } from 'manabi';
 *
 * console.log(await bitwiseXor(tensor([6, 5], { dtype: 'int32' }), 3).array()); // [5, 6]
 * ```
 */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('xor', align('bitwiseXor', [x, y]), {}));
}

/**
 * Inverts all bits of each integer, or each bool. The result has the shape of x.
 *
 * @throws ManabiError `dtype` for floats; `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { bitwiseNot, tensor } from 'manabi';
 *
 * console.log(await bitwiseNot(tensor([0, 5], { dtype: 'int32' })).array()); // [-1, -6]
 * ```
 */
export function bitwiseNot(x: TensorLike): Tensor {
  return new Tensor(emitOne('not', [asValue('bitwiseNot', x)], {}));
}

/**
 * Shifts the bits of x to the left by y positions. y is taken modulo the number of bits of the dtype. The shapes
 * broadcast.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` unless x and y are integers; `argument` unless x
 * and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { leftShift, tensor } from 'manabi';
 *
 * console.log(await leftShift(tensor([1, 3], { dtype: 'int32' }), 2).array()); // [4, 12]
 * ```
 */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  return shift('shiftLeft', 'leftShift', x, y);
}

/**
 * Shifts the bits of x to the right by y positions. y is taken modulo the number of bits of the dtype. An int32 keeps its
 * sign. The shapes broadcast.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` unless x and y are integers; `argument` unless x
 * and y are tensors, numbers or booleans
 * @example
 * ```ts
 * import { rightShift, tensor } from 'manabi';
 *
 * console.log(await rightShift(tensor([8, -8], { dtype: 'int32' }), 1).array()); // [4, -4]
 * ```
 */
export function rightShift(x: TensorLike, y: TensorLike): Tensor {
  return shift('shiftRight', 'rightShift', x, y);
}

function shift(op: 'shiftLeft' | 'shiftRight', name: string, x: TensorLike, y: TensorLike): Tensor {
  const value = asTensor(name, x);
  const amount =
    isTensor(y) && !isNumber(y)
      ? asIndices(name, lazyOf(y))
      : align(name, [new Tensor(castTo(lazyOf(value), 'int32')), y])[1];
  return new Tensor(emitOne(op, broadcast(name, [lazyOf(value), castTo(amount, 'uint32')]), {}));
}
