import { ManabiError, wrongArgument } from '@manabi/errors';
import { equalShapes, formatShape, type Shape, sizeOf } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { aliasOf, Tensor } from '../tensor.ts';
import { checkedShape } from './argument-kinds.ts';
import { type Axis, listed, normalizeAxes, normalizeAxis } from './axis.ts';
import { asValue, type TensorLike } from './operand.ts';

/**
 * Changes the shape of a tensor. The elements stay in the same row-major order (NumPy `reshape`).
 *
 * @param shape new shape; one length may be -1 and is then computed from the others
 * @throws ManabiError `shape` if the number of elements differs; `argument` unless `shape` is an array
 * @example
 * ```ts
 * import { reshape, tensor } from 'manabi';
 *
 * console.log(await reshape(tensor([1, 2, 3, 4]), [2, -1]).array()); // [[1, 2], [3, 4]]
 * ```
 */
export function reshape(x: TensorLike, shape: readonly number[]): Tensor {
  const value = asValue('reshape', x);
  const newShape = resolveShape(value.type.shape, checkedShape('reshape', shape, -1));
  if (equalShapes(value.type.shape, newShape)) return aliasOf(value);
  return new Tensor(emitOne('reshape', [value], { shape: newShape }));
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
    `Cannot reshape ${formatShape(from)} to ${formatShape(to)}: the product of the lengths must be ${size}. One length may ` +
      'be -1 and is then inferred.',
    { op: 'reshape', data: { from, to, size } },
  );
}

/**
 * Flattens a tensor to rank 1, in row-major order.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { ravel, tensor } from 'manabi';
 *
 * console.log(await ravel(tensor([[1, 2], [3, 4]])).array()); // [1, 2, 3, 4]
 * ```
 */
export function ravel(x: TensorLike): Tensor {
  return reshape(x, [sizeOf(asValue('ravel', x).type.shape)]);
}

function axesOf(axes: readonly number[]): readonly number[] {
  if (Array.isArray(axes)) return Array.from(axes);
  throw wrongArgument({ op: 'transpose', name: 'axes' }, 'an array of axes, or null', axes);
}

/**
 * Permutes the axes: axis i of the result is axis `axes[i]` of x (NumPy `transpose`).
 *
 * @param axes permutation of the axes, or null to reverse them. Default: null
 * @throws ManabiError `axis` unless each axis is listed once
 * @example
 * ```ts
 * import { tensor, transpose, zeros } from 'manabi';
 *
 * console.log(await transpose(tensor([[1, 2, 3]])).array()); // [[1], [2], [3]]
 * console.log(transpose(zeros([2, 3, 4]), [1, 0, 2]).shape); // [3, 2, 4]
 * ```
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
    throw new ManabiError('axis', `\`axes\` must list each of the ${rank} axes once; got [${order.join(', ')}].`, {
      op: 'transpose',
      data: { axes: order, rank },
    });
  }
  if (order.every((axis, i) => axis === i)) return aliasOf(value);
  return new Tensor(emitOne('transpose', [value], { permutation: order }));
}

/**
 * Exchanges two axes.
 *
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { swapaxes, zeros } from 'manabi';
 *
 * console.log(swapaxes(zeros([2, 3, 4]), 0, 2).shape); // [4, 3, 2]
 * ```
 */
export function swapaxes(x: TensorLike, axis1: number, axis2: number): Tensor {
  const value = asValue('swapaxes', x);
  const { length: rank } = value.type.shape;
  const [a, b] = [normalizeAxis('swapaxes', axis1, rank), normalizeAxis('swapaxes', axis2, rank)];
  const order = [...Array(rank).keys()].with(a, b).with(b, a);
  return transpose(new Tensor(value), order);
}

/**
 * Moves the axes `source` to the positions `destination` in the shape of the result. All other axes stay in order
 * (NumPy `moveaxis`).
 *
 * @throws ManabiError `axis` for an invalid axis; `argument` if source and destination differ in length
 * @example
 * ```ts
 * import { moveaxis, zeros } from 'manabi';
 *
 * console.log(moveaxis(zeros([8, 28, 28, 3]), -1, 1).shape); // [8, 3, 28, 28]
 * ```
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
    throw new ManabiError(
      'argument',
      `\`source\` and \`destination\` must have the same number of axes; got ${from.length} and ${to.length}.`,
      {
        op: 'moveaxis',
        data: { source: from, destination: to },
      },
    );
  }
  normalizeAxes('moveaxis', from, rank);
  normalizeAxes('moveaxis', to, rank);
  const rest = [...Array(rank).keys()].filter((axis) => !from.includes(axis));
  const order = Array.from({ length: rank }, (_, position) => from[to.indexOf(position)] ?? rest.shift() ?? position);
  return transpose(new Tensor(value), order);
}

/**
 * Inserts axes of length 1 (NumPy `expand_dims`).
 *
 * @param axis indices that the new axes have in the result
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { expandDims, tensor } from 'manabi';
 *
 * console.log(await expandDims(tensor([1, 2]), 0).array()); // [[1, 2]]
 * ```
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
 * Removes axes of length 1.
 *
 * @param axis axes to remove. Default: all axes of length 1
 * @throws ManabiError `shape` for an axis of another length; `axis` for an invalid axis
 * @example
 * ```ts
 * import { squeeze, tensor } from 'manabi';
 *
 * console.log(await squeeze(tensor([[[1], [2]]])).array()); // [1, 2]
 * ```
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
      `Cannot squeeze axis ${long} of ${formatShape(shape)}: its length is ${shape[long]}, and only axes of length 1 can be removed.`,
      { op: 'squeeze', data: { shape, axis: long } },
    );
  }
  return reshape(
    new Tensor(value),
    shape.filter((_, i) => !axes.includes(i)),
  );
}
