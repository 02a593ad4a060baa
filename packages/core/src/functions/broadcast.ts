import { equalShapes, formatShape, ManabiError, type Shape } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, Tensor } from '../tensor.ts';
import { checkedShape } from './argument-kinds.ts';
import { asValue, promote, type TensorLike } from './operand.ts';

/**
 * The shape that shapes broadcast to, by NumPy's rule: aligned at the last axis, lengths must be equal or 1.
 *
 * @throws ManabiError `shape`
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
    `Shapes ${shapes.map(formatShape).join(' and ')} do not broadcast: aligned at the last axis, they differ at axis ` +
      `${axis}, and neither length is 1 there. Reshape or transpose one, or add an axis with expandDims.`,
    { op, data: { shapes, axis } },
  );
}

/** A value repeated to a shape that it broadcasts to; itself if it has that shape. */
export function expandTo(value: LazyValue, shape: Shape): LazyValue {
  const own = value.type.shape;
  if (equalShapes(own, shape)) return value;
  return emitOne('expand', [value], { shape, axes: own.map((_, axis) => axis + shape.length - own.length) });
}

/** Values repeated to the shape that they broadcast to. */
export function broadcast(op: string, values: readonly LazyValue[]): LazyValue[] {
  const [first] = values;
  if (values.every((value) => equalShapes(value.type.shape, first.type.shape))) return [...values];
  const shape = broadcastShapes(
    op,
    values.map((value) => value.type.shape),
  );
  return values.map((value) => expandTo(value, shape));
}

/** Operands of an elementwise operator: in one dtype and one shape. */
export function align(op: string, operands: readonly TensorLike[]): LazyValue[] {
  return broadcast(op, promote(op, operands));
}

/**
 * A tensor repeated along axes of length 1, and along new axes in front, to a shape; nothing is copied.
 *
 * @throws ManabiError `shape` if the tensor does not broadcast to that shape
 * @example `broadcastTo(tensor([1, 2, 3]), [2, 3])`
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  const value = asValue('broadcastTo', x);
  const target = checkedShape('broadcastTo', shape);
  if (!equalShapes(broadcastShapes('broadcastTo', [value.type.shape, target]), target)) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(value.type.shape)} does not broadcast to ${formatShape(shape)}: only axes of length 1 are ` +
        'repeated, and axes are only added in front.',
      { op: 'broadcastTo', data: { shapes: [value.type.shape, shape] } },
    );
  }
  return equalShapes(value.type.shape, target) ? aliasOf(value) : new Tensor(expandTo(value, target));
}
