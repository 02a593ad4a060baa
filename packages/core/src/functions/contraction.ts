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
 * Multiplies matrices: shapes [.., m, k] and [.., k, n] produce [.., m, n]. Leading axes broadcast. As in NumPy, a
 * vector is treated as a row if it is the left operand and as a column if it is the right one, and the result lacks the
 * axis of length 1 that this adds.
 *
 * @throws ManabiError `shape` if the inner lengths differ, the leading axes cannot be broadcast, or an operand is a
 * scalar
 * @example
 * ```ts
 * import { matmul, tensor } from 'manabi';
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await matmul(x, x).array()); // [[7, 10], [15, 22]]
 * console.log(await matmul(x, tensor([1, 1])).array()); // [3, 7]
 * ```
 */
export function matmul(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('matmul', x, y);
  const [left, right] = [a.type.shape, b.type.shape];
  const inner = right.length === 1 ? 0 : right.length - 2;
  if (left.length === 0 || right.length === 0 || left[left.length - 1] !== right[inner]) {
    throw new ManabiError(
      'shape',
      `Cannot multiply matrices of shapes ${formatShape(left)} and ${formatShape(right)}: the last axis of the left must ` +
        'be as long as the second-to-last (or only) axis of the right. Transpose one, or use mul() for an elementwise product.',
      { op: 'matmul', data: { shapes: [left, right] } },
    );
  }
  if (right.length <= 2) return new Tensor(dotOf(a, b, [], [[left.length - 1, inner]]));
  if (left.length === 1) {
    // For shapes [k] and [.., k, n], the leading axes of the right operand become its free axes, in order.
    return new Tensor(dotOf(a, b, [], [[0, inner]]));
  }
  const batch = broadcastShapes('matmul', [left.slice(0, -2), right.slice(0, -2)]);
  const wideA = expandTo(a, [...batch, ...left.slice(-2)]);
  const wideB = expandTo(b, [...batch, ...right.slice(-2)]);
  const rank = batch.length;
  const pairs = batch.map((_, axis): AxisPair => [axis, axis]);
  return new Tensor(dotOf(wideA, wideB, pairs, [[rank + 1, rank]]));
}

/**
 * Computes NumPy's `dot`: sums products over the last axis of x and the second-to-last (or only) axis of y. If one
 * operand is a scalar, returns the elementwise product.
 *
 * @throws ManabiError `shape` if the lengths of these axes differ
 * @example
 * ```ts
 * import { dot, tensor } from 'manabi';
 *
 * console.log(await dot(tensor([1, 2]), tensor([3, 4])).item()); // 11
 * ```
 */
export function dot(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('dot', x, y);
  const rank = b.type.shape.length;
  if (a.type.shape.length === 0 || rank === 0) return tensordot(x, y, 0);
  return tensordot(x, y, [[-1], [rank === 1 ? 0 : rank - 2]]);
}

const pairsKind = listOf(listOf(axisKind), { length: 2 });

/**
 * Sums products over pairs of axes (NumPy `tensordot`). The result has the remaining axes of x, followed by those of y.
 *
 * @param axes two arrays with the axes of x and the axes of y to pair, or a number n to pair the last n axes of x with
 * the first n axes of y. Default: 2
 * @throws ManabiError `shape` if paired axes have different lengths; `axis` for an invalid axis; `argument` unless
 * `axes` is a number or two arrays
 * @example
 * ```ts
 * import { tensor, tensordot } from 'manabi';
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * console.log(await tensordot(x, x).item()); // 30
 * console.log(await tensordot(x, x, [[0], [0]]).array()); // [[10, 14], [14, 20]]
 * ```
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
      // If one array is shorter than the other, the check below throws an error.
      normalizeAxis('tensordot', ofY[i] ?? 0, right.length),
    ],
  );
  if (ofX.length !== ofY.length || contract.some(([i, j]) => left[i] !== right[j])) {
    throw new ManabiError(
      'shape',
      `Cannot contract axes [${ofX.join(', ')}] of ${formatShape(left)} with axes [${ofY.join(', ')}] of ` +
        `${formatShape(right)}: both arrays must have the same number of axes, and paired axes must have the same length.`,
      { op: 'tensordot', data: { shapes: [left, right], axes: [ofX, ofY] } },
    );
  }
  return new Tensor(dotOf(a, b, [], contract));
}

/**
 * Computes all products of elements of two vectors: [m] and [n] produce [m, n]. Operands of higher rank are flattened
 * (NumPy `outer`).
 *
 * @throws ManabiError `dtype` if the dtypes do not promote to a common one; `argument` unless x and y are tensors,
 * numbers or booleans
 * @example
 * ```ts
 * import { outer, tensor } from 'manabi';
 *
 * console.log(await outer(tensor([1, 2]), tensor([3, 4])).array()); // [[3, 4], [6, 8]]
 * ```
 */
export function outer(x: TensorLike, y: TensorLike): Tensor {
  const [a, b] = numericPair('outer', x, y);
  return binary('mul', 'outer', reshape(new Tensor(a), [-1, 1]), reshape(new Tensor(b), [1, -1]));
}

/** Converts two operands to one numeric dtype; bool becomes int32. */
export function numericPair(op: string, x: TensorLike, y: TensorLike): [LazyValue, LazyValue] {
  const [a, b] = promote(op, [x, y]).map((value) => asNumeric(op, new Tensor(value)));
  return [a, b];
}

/**
 * Multiplies two values, and sums the products over the pairs of axes in `contract`. The axes of the result are the
 * batch axes, then the remaining axes of x, then the remaining axes of y.
 */
export function dotOf(
  x: LazyValue,
  y: LazyValue,
  batch: readonly AxisPair[],
  contract: readonly AxisPair[],
): LazyValue {
  return emitOne('dot', [x, y], { batch, contract });
}
