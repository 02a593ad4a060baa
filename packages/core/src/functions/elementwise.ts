import type { ElementwiseBinaryOp, ElementwiseUnaryOp } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { Tensor } from '../tensor.ts';
import { align } from './broadcast.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';

/** An operator on every pair of elements of two tensors, after promotion and broadcasting. */
export function binary(op: BinaryOp, name: string, x: TensorLike, y: TensorLike): Tensor {
  return new Tensor(emitOne(op, align(name, [x, y]), {}));
}

/** An operator on every element of a tensor of numbers. */
export function unary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asNumeric(name, x)], {}));
}

/** An operator on every element of a float tensor; integers become float32. */
export function floatUnary(op: UnaryOp, name: string, x: TensorLike): Tensor {
  return new Tensor(emitOne(op, [asFloat(name, x)], {}));
}

// What is left out takes or gives other types than these functions promote to.
type BinaryOp = Exclude<ElementwiseBinaryOp, 'shiftLeft' | 'shiftRight'>;
type UnaryOp = Exclude<ElementwiseUnaryOp, 'not'> | 'stopGradient';
