import { wrongArgument } from '@manabi/errors';
import { formatShape, ManabiError, type Padding } from '@manabi/ir';

/** A whole number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[];

/**
 * What surrounds the spatial axes: `valid` is nothing; `same` is as many zeros as leave ⌈length / stride⌉ places, one
 * more at the end if their number is odd, as in TensorFlow; or pairs, one for each axis, of how many before and after.
 */
export type WindowPadding = 'valid' | 'same' | readonly Padding[];

/** Windows along one spatial axis. */
export interface WindowAxis {
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
}

/**
 * A setting as a list with a whole number for each axis.
 *
 * @throws ManabiError `argument` if there is one too many or too few, or one is below `least`
 */
export function perAxis(op: string, name: string, value: PerAxis, rank: number, least = 1): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array<number>(rank).fill(value) : value;
  const isWhole = (entry: unknown): entry is number => Number.isSafeInteger(entry) && Number(entry) >= least;
  if (Array.isArray(list) && list.length === rank && [...list].every(isWhole)) return list;
  throw wrongArgument(
    { op, name },
    `an integer of at least ${least}, or a list of ${rank}, one per spatial axis`,
    value,
  );
}

/** Places that a window spans, from its first element to its last. */
export function spanOf({ size, dilation }: Pick<WindowAxis, 'size' | 'dilation'>): number {
  return (size - 1) * dilation + 1;
}

/**
 * Padding as pairs.
 *
 * @throws ManabiError `argument` for another word, or if there is not a pair of whole numbers for each axis; `shape` if
 * no window fits then
 */
export function paddingPairs(op: string, padding: WindowPadding, axes: readonly WindowAxis[]): readonly Padding[] {
  const pairs = padding === 'valid' ? axes.map((): Padding => [0, 0]) : padding === 'same' ? axes.map(same) : padding;
  checkPairs(op, pairs, axes.length);
  const axis = axes.findIndex((each, i) => each.length + pairs[i][0] + pairs[i][1] < spanOf(each));
  if (axis < 0) return pairs;
  const lengths = axes.map(({ length }) => length);
  throw new ManabiError(
    'shape',
    `The window spans ${spanOf(axes[axis])} places of spatial axis ${axis}, which has ${lengths[axis]} and a padding of ` +
      `[${pairs[axis].join(', ')}], so that it fits nowhere. Use a smaller window, or pad, for example with 'same'.`,
    { op, data: { axis, lengths, window: axes.map(({ size }) => size), padding: pairs } },
  );
}

/**
 * Checks that there is a pair of whole numbers for each axis.
 *
 * @throws ManabiError `argument`
 */
export function checkPairs(op: string, pairs: readonly Padding[], rank: number): void {
  const valid =
    Array.isArray(pairs) &&
    pairs.length === rank &&
    pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && [...pair].every(Number.isSafeInteger));
  if (valid) return;
  const expected = `'valid', 'same' or a list of ${rank} pairs of integers [before, after], one per spatial axis`;
  throw wrongArgument({ op, name: 'padding' }, expected, pairs);
}

function same(axis: WindowAxis): Padding {
  const places = Math.ceil(axis.length / axis.stride);
  const total = Math.max(0, (places - 1) * axis.stride + spanOf(axis) - axis.length);
  const low = Math.floor(total / 2);
  return [low, total - low];
}

/**
 * The lengths of the spatial axes: those after images and channels.
 *
 * @throws ManabiError `shape` if there are none
 */
export function spatialLengths(op: string, shape: readonly number[]): readonly number[] {
  if (shape.length > 2) return shape.slice(2);
  throw new ManabiError(
    'shape',
    `Images have the shape [count, channels, ...spatial], but ${formatShape(shape)} was given. Add axes with expandDims.`,
    { op, data: { shape } },
  );
}
