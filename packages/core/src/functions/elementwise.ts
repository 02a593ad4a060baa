import type { ElementwiseBinaryOp, ElementwiseUnaryOp } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';

/** Applies an operator to pairs of elements, after dtype promotion and broadcasting. */
export function binary(op: BinaryOp, name: string, x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne(op, align(name, [x, y]), {}));
}

/** Applies an operator to every element of a numeric tensor; bool becomes int32. */
export function unary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asNumeric(name, x)], {}));
}

/** Applies an operator to every element of a float tensor; integers become float32. */
export function floatUnary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asFloat(name, x)], {}));
}

// The excluded operators have other operand or result types than these functions produce.
type BinaryOp = Exclude<ElementwiseBinaryOp, 'shiftLeft' | 'shiftRight'>;
type UnaryOp = Exclude<ElementwiseUnaryOp, 'not'> | 'stopGradient';
