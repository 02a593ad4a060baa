import { equalShapes, formatShape, ManabiError, type Shape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, Tensor } from '../tensor.ts';
import { checkedShape } from './argument-kinds.ts';
import { asValue, promote, type TensorLike } from './operand.ts';

/**
 * Returns the shape to which several shapes broadcast by NumPy's rule: the shapes are aligned at the last axis, and on
 * each axis, all lengths other than 1 must be equal.
 *
 * @throws ManabiError `shape` if the shapes cannot be broadcast
 */
export function broadcastShapes(op: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let common = 1;
    for (const shape of shapes) {
      const length = shape[axis - rank + shape.length] ?? 1;
      if (length === 1 || length === common) continue;
      if (common !== 1) throw cannotBroadcast(op, shapes, axis - rank);
      common = length;
    }
    return common;
  });
}

function cannotBroadcast(op: string, shapes: readonly Shape[], axis: number): ManabiError {
  return new ManabiError(
    'shape',
    `Shapes ${shapes.map(formatShape).join(' and ')} cannot be broadcast: their lengths on axis ${axis} differ, and ` +
      'neither is 1. Reshape or transpose one, or add an axis with expandDims().',
    { op, data: { shapes, axis } },
  );
}

/** Broadcasts a value to a shape. Returns the value itself if it has that shape. */
export function expandTo(value: LazyValue, shape: Shape): LazyValue {
  const own = value.type.shape;
  if (equalShapes(own, shape)) return value;
  return emitOne('expand', [value], { shape, axes: own.map((_, axis) => axis + shape.length - own.length) });
}

/** Broadcasts values to the common shape of all of them. */
export function broadcast(op: string, values: readonly LazyValue[]): LazyValue[] {
  const [first] = values;
  if (values.every((value) => equalShapes(value.type.shape, first.type.shape))) return [...values];
  const shape = broadcastShapes(
    op,
    values.map((value) => value.type.shape),
  );
  return values.map((value) => expandTo(value, shape));
}

/** Converts the operands of an elementwise operator to one dtype and one shape. */
export function align(op: string, operands: readonly TensorLike[]): LazyValue[] {
  return broadcast(op, promote(op, operands));
}

/**
 * Broadcasts a tensor to a shape: repeats it along axes of length 1 and along new leading axes, without copying
 * elements (NumPy `broadcast_to`).
 *
 * @throws ManabiError `shape` if the tensor cannot be broadcast to `shape`
 * @example
 * ```ts
 * import { broadcastTo, tensor } from 'manabi';
 *
 * console.log(await broadcastTo(tensor([1, 2, 3]), [2, 3]).array()); // [[1, 2, 3], [1, 2, 3]]
 * ```
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const value = asValue('broadcastTo', x);
  const target = checkedShape('broadcastTo', shape);
  if (!equalShapes(broadcastShapes('broadcastTo', [value.type.shape, target]), target)) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(value.type.shape)} cannot be broadcast to ${formatShape(shape)}: aligned at the last axis, ` +
        'every length must equal that of the new shape or be 1.',
      { op: 'broadcastTo', data: { shapes: [value.type.shape, shape] } },
    );
  }
  return equalShapes(value.type.shape, target) ? aliasOf(value) : new Tensor(expandTo(value, target));
}
