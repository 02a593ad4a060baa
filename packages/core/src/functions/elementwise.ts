import type { ElementwiseBinaryOp, ElementwiseUnaryOp } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';

/** Applies an operator with two operands elementwise, after dtype promotion and broadcasting. */
export function binary(op: BinaryOp, name: string, x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne(op, align(name, [x, y]), {}));
}

/** Applies an operator to every element of a tensor; a bool tensor is converted to int32 first. */
export function unary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asNumeric(name, x)], {}));
}

/** Applies an operator to every element of a tensor; a tensor of integers or bools is converted to float32 first. */
export function floatUnary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asFloat(name, x)], {}));
}

// The excluded operators have operands or results of other dtypes than these functions produce.
type BinaryOp = Exclude<ElementwiseBinaryOp, 'shiftLeft' | 'shiftRight'>;
type UnaryOp = Exclude<ElementwiseUnaryOp, 'not'> | 'stopGradient';
