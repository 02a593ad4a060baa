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

/** The elements in the opposite order along axes, all if none are named. */
export function flip(x: TensorLike, axis?: Axis): Tensor {
  const value = asValue('flip', x);
  const axes = normalizeAxes('flip', axis, value.type.shape.length);
  return axes.length === 0 ? aliasOf(value) : new Tensor(emitOne('reverse', [value], { axes }));
}

/**
 * The elements moved on along axes; what leaves at the end comes in at the front. Without an axis, over the elements in
 * row-major order.
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
      `${shifts.length} shifts were given for ${axes.length} axes: give one for each.`,
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

/** How much to add before and after: the same everywhere, the same on each axis, or a pair for each axis. */
export type PadWidth = number | readonly [before: number, after: number] | readonly (readonly [number, number])[];

/** How `pad` fills. */
export interface PadOptions {
  /**
   * `constant` fills with `value`; `edge` repeats the outermost element; `reflect` mirrors at it; `wrap` goes on at the
   * other end; both begin anew where the axis is shorter than the width. By default `constant`.
   */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'wrap';
  /** What `constant` fills with; by default 0. */
  readonly value?: TensorLike;
}

const padKinds = {
  mode: optional(oneOf('constant', 'edge', 'reflect', 'wrap'), 'constant'),
  value: optional(tensorLike, 0),
} satisfies KindsOf<PadOptions>;

/**
 * Returns the tensor with elements around it, as NumPy's `pad`.
 *
 * @throws ManabiError `argument` for a width that is not a non-negative integer; `shape` for an empty axis that a mode
 * other than `constant` is to make longer
 * @example `pad(image, [[1, 1], [2, 2], [0, 0]], { mode: 'reflect' })`
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
      const places = Array.from({ length: before + length + after }, (_, i) => placeOf(i - before, length, mode));
      return take(padded, places, axis);
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
  const expected = `a non-negative integer, a pair [before, after], or a list of ${shape.length} such pairs, one per axis`;
  throw wrongArgument({ op: 'pad', name: 'width' }, expected, width);
}

function isCount(given: unknown): given is number {
  return count.accepts(given);
}

function isPair(width: unknown): width is readonly [number, number] {
  return Array.isArray(width) && width.length === 2 && Array.from(width).every(isCount);
}

type Fill = 'edge' | 'reflect' | 'wrap';

/** How much one copy of an axis gives; beyond, its elements come again and again. */
function mostAtOnce(length: number, mode: Fill): number {
  if (mode === 'edge') return Number.POSITIVE_INFINITY;
  return mode === 'reflect' ? length - 1 : length;
}

/** The position whose element stands at another one, which may lie outside of the axis. */
function placeOf(position: number, length: number, mode: Fill): number {
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

function repeated(x: Tensor, axis: number, place: number, count: number): Tensor {
  const edge = part(x, axis, place, place + 1);
  return new Tensor(expandTo(lazyOf(edge), x.shape.with(axis, count)));
}

function checkNotEmpty({ shape }: Tensor, axis: number, mode: Fill): void {
  if (shape[axis] > 0) return;
  throw new ManabiError(
    'shape',
    `Axis ${axis} of ${formatShape(shape)} is empty, so mode '${mode}' has no element to pad it with. Pad it with mode ` +
      "'constant', or not at all.",
    { op: 'pad', data: { shape, axis, mode } },
  );
}
