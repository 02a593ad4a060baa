import { ManabiError, wrongArgument } from '@manabi/errors';
import { equalShapes, formatShape, type Shape, sizeOf } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { aliasOf, Tensor } from '../tensor.ts';
import { checkedShape } from './argument-kinds.ts';
import { type Axis, listed, normalizeAxes, normalizeAxis } from './axis.ts';
import { asValue, type TensorLike } from './operand.ts';

/**
 * The same elements in row-major order, in another shape; one length may be -1, and is then what is left.
 *
 * @throws ManabiError `shape` if the number of elements is another; `argument` for a shape that is no list
 * @example `reshape(x, [batch, -1])`
 */
export function reshape(x: TensorLike, shape: readonly number[]): Tensor {
  const value = asValue('reshape', x);
  const wanted = resolveShape(value.type.shape, checkedShape('reshape', shape, -1));
  if (equalShapes(value.type.shape, wanted)) return aliasOf(value);
  return new Tensor(emitOne('reshape', [value], { shape: wanted }));
}

function resolveShape(from: Shape, to: Shape): Shape {
  const size = sizeOf(from);
  const known = sizeOf(to.filter((length) => length !== -1));
  const open = to.filter((length) => length === -1).length;
  const fits = open === 0 ? known === size : open === 1 && known > 0 && size % known === 0;
  if (fits) {
    return to.map((length) => (length === -1 ? size / known : length));
  }
  throw new ManabiError(
    'shape',
    `Shape ${formatShape(from)} with ${size} elements cannot be read as ${formatShape(to)}: the lengths must multiply ` +
      `to ${size}; one of them may be -1, for whatever is left.`,
    { op: 'reshape', data: { from, to, size } },
  );
}

/** All elements on one axis, in row-major order. */
export function ravel(x: TensorLike): Tensor {
  return reshape(x, [sizeOf(asValue('ravel', x).type.shape)]);
}

function axesOf(axes: readonly number[]): readonly number[] {
  if (Array.isArray(axes)) return Array.from(axes);
  throw wrongArgument({ op: 'transpose', name: 'axes' }, 'a list of axes, or null', axes);
}

/**
 * The axes in another order: axis i of the result is axis `axes[i]` of x. Without `axes`, the order is turned round.
 *
 * @throws ManabiError `axis` unless each axis is named once
 */
export function transpose(x: TensorLike, axes?: readonly number[] | null): Tensor {
  const value = asValue('transpose', x);
  const { length: rank } = value.type.shape;
  const order =
    axes === null || axes === undefined
      ? [...Array(rank).keys()].reverse()
      : axesOf(axes).map((axis) => normalizeAxis('transpose', axis, rank));
  normalizeAxes('transpose', order, rank);
  if (order.length !== rank) {
    throw new ManabiError(
      'axis',
      `The order [${order.join(', ')}] names ${order.length} axes, but the tensor has ${rank}. Name each of them once.`,
      { op: 'transpose', data: { axes: order, rank } },
    );
  }
  if (order.every((axis, i) => axis === i)) return aliasOf(value);
  return new Tensor(emitOne('transpose', [value], { permutation: order }));
}

/** Two axes exchanged. */
export function swapaxes(x: TensorLike, axis1: number, axis2: number): Tensor {
  const value = asValue('swapaxes', x);
  const { length: rank } = value.type.shape;
  const [a, b] = [normalizeAxis('swapaxes', axis1, rank), normalizeAxis('swapaxes', axis2, rank)];
  const order = [...Array(rank).keys()].with(a, b).with(b, a);
  return transpose(new Tensor(value), order);
}

/**
 * Axes moved to other places; all others keep their order.
 *
 * @example `moveaxis(images, -1, 1)` makes channels-last images channels-first
 */
export function moveaxis(
  x: TensorLike,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor {
  const value = asValue('moveaxis', x);
  const { length: rank } = value.type.shape;
  const normal = (axes: number | readonly number[]): number[] =>
    [...listed(axes)].map((axis) => normalizeAxis('moveaxis', axis, rank));
  const [from, to] = [normal(source), normal(destination)];
  if (from.length !== to.length) {
    throw new ManabiError('argument', `${from.length} axes cannot move to ${to.length} places.`, {
      op: 'moveaxis',
      data: { source: from, destination: to },
    });
  }
  normalizeAxes('moveaxis', from, rank);
  normalizeAxes('moveaxis', to, rank);
  const rest = [...Array(rank).keys()].filter((axis) => !from.includes(axis));
  const order = Array.from({ length: rank }, (_, place) => from[to.indexOf(place)] ?? rest.shift() ?? place);
  return transpose(new Tensor(value), order);
}

/**
 * New axes of length 1, at these places of the result.
 *
 * @throws ManabiError `axis`
 */
export function expandDims(x: TensorLike, axis: number | readonly number[]): Tensor {
  const value = asValue('expandDims', x);
  const added = listed(axis);
  const rank = value.type.shape.length + added.length;
  const axes = normalizeAxes('expandDims', added, rank);
  const lengths = [...value.type.shape];
  const shape = Array.from({ length: rank }, (_, i) => (axes.includes(i) ? 1 : (lengths.shift() ?? 1)));
  return reshape(new Tensor(value), shape);
}

/**
 * Without axes of length 1: all of them, or those that are named.
 *
 * @throws ManabiError `shape` if a named axis is longer; `axis`
 */
export function squeeze(x: TensorLike, axis?: Axis): Tensor {
  const value = asValue('squeeze', x);
  const { shape } = value.type;
  const named = axis !== null && axis !== undefined;
  const axes = normalizeAxes('squeeze', axis, shape.length).filter((each) => named || shape[each] === 1);
  const long = axes.find((each) => shape[each] !== 1);
  if (long !== undefined) {
    throw new ManabiError(
      'shape',
      `Axis ${long} of ${formatShape(shape)} has length ${shape[long]}: only axes of length 1 can be left out.`,
      { op: 'squeeze', data: { shape, axis: long } },
    );
  }
  return reshape(
    new Tensor(value),
    shape.filter((_, i) => !axes.includes(i)),
  );
}
