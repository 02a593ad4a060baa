import { anyOf, integer, listOf, ManabiError, readArgument } from '@manabi/errors';
import { type AxisPair, formatShape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { Tensor } from '../tensor.ts';
import { axisKind } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { broadcastShapes, expandTo } from './broadcast.ts';
import { binary } from './elementwise.ts';
import { asNumeric, promote, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';

/**
 * Matrix product of the last two axes, [.., m, k] with [.., k, n] to [.., m, n]; all axes before broadcast. As in NumPy,
 * an operand of one axis is a row on the left, a column on the right, and loses that axis again.
 *
 * @throws ManabiError `shape` if the inner lengths differ, other axes do not broadcast, or an operand is a scalar
 */
export function matmul(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('matmul', x, y);
  const [left, right] = [a.type.shape, b.type.shape];
  const inner = right.length === 1 ? 0 : right.length - 2;
  if (left.length === 0 || right.length === 0 || left[left.length - 1] !== right[inner]) {
    throw new ManabiError(
      'shape',
      `Matrices of shapes ${formatShape(left)} and ${formatShape(right)} cannot be multiplied: the last axis of the left ` +
        'and the last but one of the right must be equally long. Transpose one, or multiply elementwise with mul.',
      { op: 'matmul', data: { shapes: [left, right] } },
    );
  }
  if (right.length <= 2) return new Tensor(dotOf(a, b, [], [[left.length - 1, inner]]));
  if (left.length === 1) {
    // [k] with [.., k, n]: the batch axes of the right are its free axes, in order.
    return new Tensor(dotOf(a, b, [], [[0, inner]]));
  }
  const batch = broadcastShapes('matmul', [left.slice(0, -2), right.slice(0, -2)]);
  const wideA = expandTo(a, [...batch, ...left.slice(-2)]);
  const wideB = expandTo(b, [...batch, ...right.slice(-2)]);
  const rank = batch.length;
  const pairs = batch.map((_, axis): AxisPair => [axis, axis]);
  return new Tensor(dotOf(wideA, wideB, pairs, [[rank + 1, rank]]));
}

/** NumPy's `dot`: the last axis of x with the last but one of y (or its only one); a product where one is a scalar. */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('dot', x, y);
  const rank = b.type.shape.length;
  if (a.type.shape.length === 0 || rank === 0) return tensordot(x, y, 0);
  return tensordot(x, y, [[-1], [rank === 1 ? 0 : rank - 2]]);
}

const pairsKind = listOf(listOf(axisKind), { length: 2 });

/**
 * Sum of products over pairs of axes: so many last ones of x with first ones of y, or those that are named. The other
 * axes of x come first, then those of y.
 *
 * @throws ManabiError `shape` if paired lengths differ; `axis`
 */
export function tensordot(
  x: TensorLike,
  y: TensorLike,
  axes: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [a, b] = numericPair('tensordot', x, y);
  const [left, right] = [a.type.shape, b.type.shape];
  const most = Math.min(left.length, right.length);
  readArgument('tensordot', 'axes', axes, anyOf(integer({ min: 0, max: most }), pairsKind));
  const [ofX, ofY] =
    typeof axes === 'number'
      ? [Array.from({ length: axes }, (_, i) => left.length - axes + i), Array.from({ length: axes }, (_, i) => i)]
      : axes;
  const contract = ofX.map(
    (axis, i): AxisPair => [
      normalizeAxis('tensordot', axis, left.length),
      // A list that is too short is refused below.
      normalizeAxis('tensordot', ofY[i] ?? 0, right.length),
    ],
  );
  if (ofX.length !== ofY.length || contract.some(([i, j]) => left[i] !== right[j])) {
    throw new ManabiError(
      'shape',
      `Axes [${ofX.join(', ')}] of ${formatShape(left)} and [${ofY.join(', ')}] of ${formatShape(right)} cannot be ` +
        'contracted: they must be as many, and equally long in pairs.',
      { op: 'tensordot', data: { shapes: [left, right], axes: [ofX, ofY] } },
    );
  }
  return new Tensor(dotOf(a, b, [], contract));
}

/** Every element of x times every element of y: [m] and [n] to [m, n]; more axes are read as one. */
export function outer(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('outer', x, y);
  return binary('mul', 'outer', reshape(new Tensor(a), [-1, 1]), reshape(new Tensor(b), [1, -1]));
}

/** Two tensors of numbers in one dtype, bool as int32. */
export function numericPair(op: string, x: TensorLike, y: TensorLike): [LazyValue, LazyValue] {
  const [a, b] = promote(op, [x, y]).map((value) => asNumeric(op, new Tensor(value)));
  return [a, b];
}

/** Batch axes, then the free axes of x, then those of y. */
export function dotOf(
  x: LazyValue,
  y: LazyValue,
  batch: readonly AxisPair[],
  contract: readonly AxisPair[],
): LazyValue {
  return emitOne('dot', [x, y], { batch, contract });
}
