import { checkOptions, formatShape, ManabiError } from '@manabi/ir';
import { emitOne } from '../lazy/emit.ts';
import { aliasOf, lazyOf, Tensor } from '../tensor.ts';
import { type Axis, normalizeAxes, normalizeAxis } from './axis.ts';
import { expandTo } from './broadcast.ts';
import { concatenate } from './join.ts';
import { asTensor, asValue, promote, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';
import { slice } from './slice.ts';

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
  if (axis === null) {
    const amount = [shift].flat().reduce((total, each) => total + each, 0);
    return reshape(rollAxis(reshape(value, [-1]), amount, 0), value.shape);
  }
  const axes = [axis].flat().map((each) => normalizeAxis('roll', each, value.rank));
  const shifts = [shift].flat();
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
   * other end. By default `constant`.
   */
  readonly mode?: 'constant' | 'edge' | 'reflect' | 'wrap';
  /** What `constant` fills with; by default 0. */
  readonly value?: TensorLike;
}

/**
 * Elements around a tensor.
 *
 * @throws ManabiError `argument` for a width that is no whole number from 0; `shape` if there is too little to mirror or
 * repeat
 * @example `pad(image, [[1, 1], [2, 2], [0, 0]], { mode: 'reflect' })`
 */
export function pad(x: TensorLike, width: PadWidth, options: PadOptions = {}): Tensor {
  checkOptions('pad', options, { mode: true, value: true });
  const { mode = 'constant', value = 0 } = options;
  const tensor = asTensor('pad', x);
  const widths = widthsOf(tensor, width);
  if (mode === 'constant') {
    const [operand, fill] = promote('pad', [tensor, value]);
    const low = widths.map(([before]) => before);
    const high = widths.map(([, after]) => after);
    return new Tensor(emitOne('pad', [operand, fill], { low, high, interior: low.map(() => 0) }));
  }
  return widths.reduce((padded, [before, after], axis) => {
    const parts = [front(padded, axis, before, mode), padded, back(padded, axis, after, mode)];
    return concatenate(
      parts.filter((each) => each.shape[axis] > 0),
      axis,
    );
  }, tensor);
}

function widthsOf({ shape }: Tensor, width: PadWidth): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] =
    typeof width === 'number'
      ? shape.map(() => [width, width])
      : isPair(width)
        ? shape.map(() => width)
        : width.map((pair) => pair);
  const valid = pairs.length === shape.length && pairs.flat().every((each) => Number.isInteger(each) && each >= 0);
  if (valid) return pairs;
  throw new ManabiError(
    'argument',
    `The width ${JSON.stringify(width)} does not fit shape ${formatShape(shape)}: give a number, a pair, or a pair of ` +
      'whole numbers from 0 for each axis.',
    { op: 'pad', data: { width, shape } },
  );
}

function isPair(width: Exclude<PadWidth, number>): width is readonly [number, number] {
  return width.length === 2 && typeof width[0] === 'number';
}

type Fill = 'edge' | 'reflect' | 'wrap';

function front(x: Tensor, axis: number, count: number, mode: Fill): Tensor {
  checkEnough(x, axis, count, mode);
  if (mode === 'edge') return repeated(x, axis, 0, count);
  if (mode === 'reflect') return flip(part(x, axis, 1, 1 + count), axis);
  return part(x, axis, x.shape[axis] - count, x.shape[axis]);
}

function back(x: Tensor, axis: number, count: number, mode: Fill): Tensor {
  checkEnough(x, axis, count, mode);
  const length = x.shape[axis];
  if (mode === 'edge') return repeated(x, axis, length - 1, count);
  if (mode === 'reflect') return flip(part(x, axis, length - 1 - count, length - 1), axis);
  return part(x, axis, 0, count);
}

function repeated(x: Tensor, axis: number, place: number, count: number): Tensor {
  if (count === 0) return part(x, axis, 0, 0);
  const edge = part(x, axis, place, place + 1);
  return new Tensor(expandTo(lazyOf(edge), x.shape.with(axis, count)));
}

function checkEnough({ shape }: Tensor, axis: number, count: number, mode: Fill): void {
  const most =
    mode === 'edge' ? (shape[axis] > 0 ? Number.POSITIVE_INFINITY : 0) : shape[axis] - (mode === 'reflect' ? 1 : 0);
  if (count <= Math.max(0, most)) return;
  throw new ManabiError(
    'shape',
    `Axis ${axis} of ${formatShape(shape)} has ${shape[axis]} elements, too few to add ${count} by ${mode}. Pad less at ` +
      'a time, or with a constant.',
    { op: 'pad', data: { shape, axis, count, mode } },
  );
}
