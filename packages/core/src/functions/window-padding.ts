import { wrongArgument } from '@manabi/errors';
import { formatShape, ManabiError, type Padding } from '@manabi/ir';

/** One integer for all spatial axes, or an array with one integer per spatial axis. */
export type PerAxis = number | readonly number[];

/**
 * Padding of the spatial axes. `valid` adds nothing. `same` adds as many zeros as are needed for a result of length
 * ceil(length / stride); if their number is odd, the additional zero is at the end, as in TensorFlow. An array contains
 * one pair [before, after] per axis.
 */
export type WindowPadding = 'valid' | 'same' | readonly Padding[];

/**
 * Describes sliding windows along one spatial axis: the length of the axis, and the size, stride and dilation of the
 * windows.
 */
export interface WindowAxis {
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * Checks an option, and returns it as an array with one integer per spatial axis.
 *
 * @throws ManabiError `argument` for a wrong number of integers, or an integer below `least`
 */
export function perAxis(op: string, name: string, value: PerAxis, rank: number, least: 0 | 1 = 1): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  const isValid = (entry: unknown): entry is number => Number.isSafeInteger(entry) && Number(entry) >= least;
  if (Array.isArray(list) && list.length === rank && [...list].every(isValid)) return list;
  throw wrongArgument(
    { op, name },
    `a ${least === 0 ? 'non-negative' : 'positive'} integer, or an array with one such value per spatial axis (${rank})`,
    value,
  );
}

/**
 * Returns the number of positions that a window spans, from its first element to its last one: (size - 1) * dilation +
 * 1.
 */
export function spanOf({ size, dilation }: Pick<WindowAxis, 'size' | 'dilation'>): number {
  return (size - 1) * dilation + 1;
}

/**
 * Checks padding, and returns it as an array with one pair [before, after] per spatial axis.
 *
 * @throws ManabiError `argument` for invalid padding; `shape` if a window exceeds the padded axis
 */
export function paddingPairs(op: string, padding: WindowPadding, axes: readonly WindowAxis[]): readonly Padding[] {
  const pairs = padding === 'valid' ? axes.map((): Padding => [0, 0]) : padding === 'same' ? axes.map(same) : padding;
  checkPairs(op, pairs, axes.length);
  const axis = axes.findIndex((each, i) => each.length + pairs[i][0] + pairs[i][1] < spanOf(each));
  if (axis < 0) return pairs;
  const lengths = axes.map(({ length }) => length);
  throw new ManabiError(
    'shape',
    `The window spans ${spanOf(axes[axis])} positions, but spatial axis ${axis} has length ${lengths[axis]} and padding ` +
      `[${pairs[axis].join(', ')}]. Use a smaller window or more padding, such as 'same'.`,
    { op, data: { axis, lengths, window: axes.map(({ size }) => size), padding: pairs } },
  );
}

/**
 * Throws unless padding is an array with one pair of integers per spatial axis.
 *
 * @throws ManabiError `argument`
 */
export function checkPairs(op: string, pairs: readonly Padding[], rank: number): void {
  const valid =
    Array.isArray(pairs) &&
    pairs.length === rank &&
    pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && [...pair].every(Number.isSafeInteger));
  if (valid) return;
  const expected = `'valid', 'same' or an array with one pair of integers [before, after] per spatial axis (${rank})`;
  throw wrongArgument({ op, name: 'padding' }, expected, pairs);
}

function same(axis: WindowAxis): Padding {
  const positions = Math.ceil(axis.length / axis.stride);
  const total = Math.max(0, (positions - 1) * axis.stride + spanOf(axis) - axis.length);
  const low = Math.floor(total / 2);
  return [low, total - low];
}

/**
 * Returns the lengths of the spatial axes of images: of all axes after the batch axis and the channel axis.
 *
 * @throws ManabiError `shape` if no spatial axis exists
 */
export function spatialLengths(op: string, shape: readonly number[]): readonly number[] {
  if (shape.length > 2) return shape.slice(2);
  throw new ManabiError(
    'shape',
    `Images must have shape [batch, channels, ...spatial]; got ${formatShape(shape)}. Add axes with expandDims().`,
    { op, data: { shape } },
  );
}
