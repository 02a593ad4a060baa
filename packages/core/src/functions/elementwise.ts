import type { OpName } from '@manabi/ir';
import { emitOne } from '../lazy/emit.ts';
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

type BinaryOp = Extract<
  OpName,
  'add' | 'sub' | 'mul' | 'div' | 'rem' | 'pow' | 'max' | 'min' | 'equal' | 'less' | 'lessEqual' | 'and' | 'or' | 'xor'
>;

type UnaryOp = Extract<
  OpName,
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'exp'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sqrt'
  | 'sin'
  | 'cos'
  | 'asin'
  | 'atan'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'isNaN'
  | 'isInf'
  | 'stopGradient'
>;
