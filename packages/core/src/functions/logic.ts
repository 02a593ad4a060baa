import { emitOne } from '../emit/emit.ts';
import { isTensor, lazyOf, Tensor } from '../tensor.ts';
import { align, broadcast } from './broadcast.ts';
import { asBool, asIndices, asTensor, asValue, castTo, isNumber, type TensorLike } from './operand.ts';

/** True where both are true; numbers other than 0 count as true, here and in the next three. */
export function logicalAnd(x: TensorLike, y: TensorLike): Tensor {
  return logical('and', 'logicalAnd', x, y);
}

/** True where at least one is true. */
export function logicalOr(x: TensorLike, y: TensorLike): Tensor {
  return logical('or', 'logicalOr', x, y);
}

/** True where exactly one is true. */
export function logicalXor(x: TensorLike, y: TensorLike): Tensor {
  return logical('xor', 'logicalXor', x, y);
}

/** True where x is false. */
export function logicalNot(x: TensorLike): Tensor {
  return new Tensor(emitOne('not', [asBool('logicalNot', x)], {}));
}

function logical(op: 'and' | 'or' | 'xor', name: string, x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne(op, broadcast(name, [asBool(name, x), asBool(name, y)]), {}));
}

/** Bits that are set in both; integers or bool. */
export function bitwiseAnd(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('and', align('bitwiseAnd', [x, y]), {}));
}

/** Bits that are set in at least one. */
export function bitwiseOr(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('or', align('bitwiseOr', [x, y]), {}));
}

/** Bits that are set in exactly one. */
export function bitwiseXor(x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne('xor', align('bitwiseXor', [x, y]), {}));
}

/** All bits turned over. */
export function bitwiseNot(x: TensorLike): Tensor {
  return new Tensor(emitOne('not', [asValue('bitwiseNot', x)], {}));
}

/** x shifted by y bits towards the high ones; y counts modulo the number of bits. */
export function leftShift(x: TensorLike, y: TensorLike): Tensor {
  return shift('shiftLeft', 'leftShift', x, y);
}

/** x shifted by y bits towards the low ones; int32 keeps its sign. */
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
