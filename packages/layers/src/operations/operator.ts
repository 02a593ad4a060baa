import { isTensor, type Tensor, type TensorLike } from '@manabi/core';
import type { Given } from './given.ts';

/** An operator of `keras.ops`: where Keras defines it, the names of its call's arguments, and its computation. */
export interface Operator {
  /** Module of the class within `keras.src.ops`. */
  readonly module: 'core' | 'image' | 'linalg' | 'math' | 'nn' | 'numpy';
  /** Names of the arguments of the call, in order; `...xs` takes all further ones. */
  readonly call: readonly string[];
  readonly compute: (given: Given) => Tensor | readonly Tensor[];
}

type Module = Operator['module'];

/** Returns an operator of one tensor without options. */
export function unary(f: (x: Tensor) => Tensor, module: Module = 'numpy'): Operator {
  return { module, call: ['x'], compute: (given) => f(given.tensor('x')) };
}

/** Returns an operator of two tensors or numbers. */
export function binary(
  f: (x: TensorLike, y: TensorLike) => Tensor,
  call: readonly [string, string] = ['x1', 'x2'],
): Operator {
  return { module: 'numpy', call, compute: (given) => f(...given.pair(...call)) };
}

/** Returns an operator of one tensor with options. */
export function withOptions(
  f: (x: Tensor, given: Given) => Tensor | readonly Tensor[],
  module: Module = 'numpy',
  name = 'x',
): Operator {
  return { module, call: [name], compute: (given) => f(given.tensor(name), given) };
}

/** Reports whether the elements of an operand are integers or booleans. */
export function isIntegral(x: TensorLike): boolean {
  if (isTensor(x)) return /^u?int|bool/.test(x.dtype);
  return typeof x === 'boolean' || Number.isInteger(x);
}
