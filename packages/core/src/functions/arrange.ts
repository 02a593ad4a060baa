import { count, integer, type KindsOf, listOf, oneOf, optional, readArgument, wrongArgument } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { aliasOf, lazyOf, Tensor } from '../tensor.ts';
import { optionsOf, tensorLike } from './argument-kinds.ts';
import { type Axis, listed, normalizeAxes, normalizeAxis } from './axis.ts';
import { expandTo } from './broadcast.ts';
import { concatenate } from './join.ts';
import { asTensor, asValue, promote, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';
import { slice } from './slice.ts';
import { take } from './take.ts';

/**
 * Reverses the order of elements along axes (NumPy `flip`).
 *
 * @param axis axes to reverse. Default: all
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { flip, tensor } from 'manabi';
 *
 * console.log(await flip(tensor([1, 2, 3])).array()); // [3, 2, 1]
 * console.log(await flip(tensor([[1, 2], [3, 4]]), 0).array()); // [[3, 4], [1, 2]]
 * ```
 */
export function flip(x: TensorLike, axis?: Axis): Tensor {
  const value = asValue('flip', x);
  const axes = normalizeAxes('flip', axis, value.type.shape.length);
  return axes.length === 0 ? aliasOf(value) : new Tensor(emitOne('reverse', [value], { axes }));
}

/**
 * Shifts elements along axes. Elements that are shifted beyond the end of an axis reappear at its start (NumPy `roll`).
 *
 * @param shift number of positions by which to shift, or one such number per axis
 * @param axis axes along which to shift. By default, x is shifted as one list of elements in row-major order
 * @throws ManabiError `axis` for an invalid axis; `argument` if the number of shifts differs from the number of axes
 * @example
 * ```ts
 * import { roll, tensor } from 'manabi';
 *
 * console.log(await roll(tensor([1, 2, 3, 4]), 1).array()); // [4, 1, 2, 3]
 * console.log(await roll(tensor([[1, 2], [3, 4]]), 1, 0).array()); // [[3, 4], [1, 2]]
 * ```
 */
export function roll(x: TensorLike, shift: number | readonly number[], axis: Axis = null): Tensor {
  const value = asTensor('roll', x);
  const shifts = readArgument('roll', 'shift', Array.isArray(shift) ? shift : [shift], shiftsKind);
  if (axis === null) {
    const amount = shifts.reduce((total, each) => total + each, 0);
    return reshape(rollAxis(reshape(value, [-1]), amount, 0), value.shape);
  }
  const axes = [...listed(axis)].map((each) => normalizeAxis('roll', each, value.rank));
  if (shifts.length !== axes.length && shifts.length !== 1) {
    throw new ManabiError(
      'argument',
      `\`shift\` must have one entry per axis; got ${shifts.length} shifts for ${axes.length} axes.`,
      {
        op: 'roll',
        data: { shifts, axes },
      },
    );
  }
  return axes.reduce((rolled, each, i) => rollAxis(rolled, shifts[i] ?? shifts[0], each), value);
}

const shiftsKind = listOf(integer(), { min: 1 });

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const length = x.shape[axis];
  const offset = length === 0 ? 0 : ((shift % length) + length) % length;
  if (offset === 0) return aliasOf(lazyOf(x));
  return concatenate([part(x, axis, length - offset, length), part(x, axis, 0, length - offset)], axis);
}

function part(x: Tensor, axis: number, from: number, to: number): Tensor {
  const start = x.shape.map((_, i) => (i === axis ? from : 0));
  return slice(x, start, x.shape.with(axis, to - from));
}

/**
 * Number of elements to add before and after each axis: one number for both ends of all axes, one pair [before, after]
 * for all axes, or one pair per axis.
 */
export type PadWidth = number | readonly [before: number, after: number] | readonly (readonly [number, number])[];

/** Options of `pad`. */
export interface PadOptions {
  /**
   * Values of the added elements: `constant` fills with `value`, `edge` repeats the outermost element, `reflect`
   * mirrors the axis without repeating the outermost element, `wrap` continues with the elements at the opposite end.
   * If the width exceeds the length of the axis, `reflect` and `wrap` continue periodically. Default: `constant`.
   */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'wrap';
  /** Value of the added elements in mode `constant`. Default: 0. */
  readonly value?: TensorLike;
}

const padKinds = {
  mode: optional(oneOf('constant', 'edge', 'reflect', 'wrap'), 'constant'),
  value: optional(tensorLike, 0),
} satisfies KindsOf<PadOptions>;

/**
 * Adds elements around a tensor (NumPy `pad`).
 *
 * @param width number of elements to add before and after each axis
 * @throws ManabiError `argument` unless widths are non-negative integers; `shape` for padding of an empty axis in a
 * mode other than `constant`
 * @example
 * ```ts
 * import { pad, tensor } from 'manabi';
 *
 * console.log(await pad(tensor([1, 2, 3]), [1, 2]).array()); // [0, 1, 2, 3, 0, 0]
 * console.log(await pad(tensor([1, 2, 3]), [0, 2], { mode: 'reflect' }).array()); // [1, 2, 3, 2, 1]
 * ```
 */
export function pad(x: TensorLike, width: PadWidth, options?: PadOptions): Tensor {
  const { mode, value } = optionsOf('pad', options, padKinds);
  const tensor = asTensor('pad', x);
  const widths = widthsOf(tensor, width);
  if (mode === 'constant') {
    const [operand, fill] = promote('pad', [tensor, value]);
    const low = widths.map(([before]) => before);
    const high = widths.map(([, after]) => after);
    return new Tensor(emitOne('pad', [operand, fill], { low, high, interior: low.map(() => 0) }));
  }
  return widths.reduce((padded, [before, after], axis) => {
    if (before === 0 && after === 0) return padded;
    const length = padded.shape[axis];
    checkNotEmpty(padded, axis, mode);
    if (Math.max(before, after) > mostAtOnce(length, mode)) {
      const sources = Array.from({ length: before + length + after }, (_, i) => sourceOf(i - before, length, mode));
      return take(padded, sources, axis);
    }
    const parts = [front(padded, axis, before, mode), padded, back(padded, axis, after, mode)];
    return concatenate(
      parts.filter((each) => each !== null),
      axis,
    );
  }, tensor);
}

function widthsOf({ shape }: Tensor, width: PadWidth): (readonly [number, number])[] {
  if (isCount(width)) return shape.map(() => [width, width]);
  if (isPair(width)) return shape.map(() => width);
  const pairs: unknown[] = Array.isArray(width) ? Array.from(width) : [];
  if (Array.isArray(width) && pairs.length === shape.length && pairs.every(isPair)) return pairs;
  const expected = `a non-negative integer, a pair [before, after], or an array with one such pair per axis (${shape.length})`;
  throw wrongArgument({ op: 'pad', name: 'width' }, expected, width);
}

function isCount(given: unknown): given is number {
  return count.accepts(given);
}

function isPair(width: unknown): width is readonly [number, number] {
  return Array.isArray(width) && width.length === 2 && Array.from(width).every(isCount);
}

type Fill = 'edge' | 'reflect' | 'wrap';

/** Returns the largest padding width for which a mode needs no element of the axis twice. */
function mostAtOnce(length: number, mode: Fill): number {
  if (mode === 'edge') return Number.POSITIVE_INFINITY;
  return mode === 'reflect' ? length - 1 : length;
}

/** Returns the index of the element with which a mode fills `position`, a position that may be outside the axis. */
function sourceOf(position: number, length: number, mode: Fill): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), length - 1);
  const period = mode === 'wrap' ? length : Math.max(1, 2 * (length - 1));
  const within = ((position % period) + period) % period;
  return within < length ? within : period - within;
}

function front(x: Tensor, axis: number, count: number, mode: Fill): Tensor | null {
  if (count === 0) return null;
  if (mode === 'edge') return repeated(x, axis, 0, count);
  if (mode === 'reflect') return flip(part(x, axis, 1, 1 + count), axis);
  return part(x, axis, x.shape[axis] - count, x.shape[axis]);
}

function back(x: Tensor, axis: number, count: number, mode: Fill): Tensor | null {
  if (count === 0) return null;
  const length = x.shape[axis];
  if (mode === 'edge') return repeated(x, axis, length - 1, count);
  if (mode === 'reflect') return flip(part(x, axis, length - 1 - count, length - 1), axis);
  return part(x, axis, 0, count);
}

function repeated(x: Tensor, axis: number, position: number, count: number): Tensor {
  const edge = part(x, axis, position, position + 1);
  return new Tensor(expandTo(lazyOf(edge), x.shape.with(axis, count)));
}

function checkNotEmpty({ shape }: Tensor, axis: number, mode: Fill): void {
  if (shape[axis] > 0) return;
  throw new ManabiError(
    'shape',
    `Axis ${axis} of ${formatShape(shape)} is empty; mode '${mode}' has no element to fill it with. Use mode 'constant', ` +
      'or do not pad this axis.',
    { op: 'pad', data: { shape, axis, mode } },
  );
}
