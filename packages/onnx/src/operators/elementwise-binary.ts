import { type ElementwiseBinaryOp, isInteger, type OpName, type Value } from '@manabi/ir';
import { int, text } from '../write/attribute.ts';
import type { KernelName } from '../write/kernels.ts';
import type { Scope } from '../write/scope.ts';
import { isGraphDType } from '../write/tensor.ts';
import type { Term } from '../write/term.ts';
import type { Writer } from '../write/writer.ts';
import { flush } from './flush.ts';
import { maskedProduct, withoutNaN } from './masked.ts';
import type { Row, Rows } from './row.ts';
import { equal, numberLike, where } from './select.ts';

/** Names of elementwise operators with two or more operands. */
export type BinaryName = ElementwiseBinaryOp | 'select';

/**
 * Returns the description of how to write an elementwise operator with several operands. Broadcasts of the operands are
 * not written as nodes, because the ONNX operator broadcasts implicitly.
 */
function broadcasting<K extends OpName>(write: (w: Writer, operands: readonly Term[]) => Term): Row<K> {
  return {
    write: (scope: Scope, { operands }: { readonly operands: readonly Value[] }) => [
      write(scope.writer, scope.broadcast(operands)),
    ],
  };
}

function direct<K extends OpName>(opType: KernelName): Row<K> {
  return broadcasting((w, operands) => w.compute(opType, operands));
}

function comparison<K extends OpName>(opType: 'Equal' | 'Less' | 'LessOrEqual'): Row<K> {
  return broadcasting((w, operands) => w.compute(opType, operands, { results: ['bool'] }));
}

function logical<K extends OpName>(onBools: KernelName, onIntegers: KernelName): Row<K> {
  return broadcasting((w, operands) => w.compute(operands[0].dtype === 'bool' ? onBools : onIntegers, operands));
}

export const binaryRows: Rows<BinaryName> = {
  add: direct('Add'),
  sub: direct('Sub'),
  mul: direct('Mul'),
  div: broadcasting((w, [x, y]) => (isIntegral(x) ? divide(w, x, y) : w.compute('Div', [x, y]))),
  rem: broadcasting((w, [x, y]) =>
    isIntegral(x) ? remainder(w, x, y) : w.compute('Mod', [x, y], { attributes: { fmod: int(1) } }),
  ),
  pow: direct('Pow'),
  max: direct('Max'),
  min: direct('Min'),
  equal: comparison('Equal'),
  less: comparison('Less'),
  lessEqual: comparison('LessOrEqual'),
  and: logical('And', 'BitwiseAnd'),
  or: logical('Or', 'BitwiseOr'),
  xor: logical('Xor', 'BitwiseXor'),
  shiftLeft: broadcasting((w, [x, y]) => shift(w, x, y, 'LEFT')),
  shiftRight: broadcasting((w, [x, y]) => (x.dtype === 'int32' ? arithmeticShift(w, x, y) : shift(w, x, y, 'RIGHT'))),
  select: {
    write: (scope, node) => {
      const faster = flush(scope, node) ?? maskedProduct(scope, node) ?? withoutNaN(scope, node);
      if (faster !== null) return [faster];
      const [condition, x, y] = scope.broadcast(node.operands);
      return [where(scope.writer, condition, x, y)];
    },
  },
};

function isIntegral({ dtype }: Term): boolean {
  return isGraphDType(dtype) && isInteger(dtype);
}

/**
 * Divides integers. x / 0 is x, and the smallest integer divided by -1 is itself: both cases are handled separately
 * because they would crash ONNX Runtime.
 */
function divide(w: Writer, x: Term, y: Term): Term {
  const isZero = equal(w, y, numberLike(w, y, 0));
  const divisor = where(w, isZero, numberLike(w, y, 1), y);
  return wide(w, x, divisor, (a, b) => w.compute('Div', [a, b]));
}

/** Computes the remainder x - (x / y) · y of integers, which has the sign of x. The remainder is 0 for y = 0. */
function remainder(w: Writer, x: Term, y: Term): Term {
  const isZero = equal(w, y, numberLike(w, y, 0));
  const divisor = where(w, isZero, numberLike(w, y, 1), y);
  return wide(w, x, divisor, (a, b) => w.compute('Mod', [a, b], { attributes: { fmod: int(1) } }));
}

/**
 * Applies the function `form` to integers: to int32 operands after a cast to int64, in which no quotient overflows, and
 * to other operands directly.
 */
function wide(w: Writer, x: Term, y: Term, form: (x: Term, y: Term) => Term): Term {
  if (x.dtype !== 'int32') return form(x, y);
  return w.cast(form(w.cast(x, 'int64'), w.cast(y, 'int64')), 'int32');
}

/** Shifts the bits of x by y bits, where y is taken modulo the number of bits of the dtype. */
function shift(w: Writer, x: Term, y: Term, direction: 'LEFT' | 'RIGHT'): Term {
  const width = x.dtype === 'uint8' ? 8 : 32;
  const amount = w.compute('BitwiseAnd', [w.cast(y, 'uint32'), w.scalar(width - 1, 'uint32')]);
  const moved = w.compute('BitShift', [w.cast(x, 'uint32'), amount], { attributes: { direction: text(direction) } });
  return w.cast(moved, x.dtype);
}

/** Shifts x to the right and keeps its sign: for a negative x, shifts ~x and inverts the result. */
function arithmeticShift(w: Writer, x: Term, y: Term): Term {
  const isNegative = w.compute('Less', [x, numberLike(w, x, 0)], { results: ['bool'] });
  const inverted = where(w, isNegative, w.compute('BitwiseNot', [x]), x);
  const moved = shift(w, inverted, y, 'RIGHT');
  return where(w, isNegative, w.compute('BitwiseNot', [moved]), moved);
}
