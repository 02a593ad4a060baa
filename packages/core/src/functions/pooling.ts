import { anything, boolean, type KindsOf, type OptionValues, optional } from '@manabi/errors';
import type { WindowAttributes } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { Tensor } from '../tensor.ts';
import { optionsOf } from './argument-kinds.ts';
import { composite } from './composite.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';
import { type PerAxis, paddingPairs, perAxis, spatialLengths, type WindowPadding } from './window-padding.ts';

/** How windows move over the spatial axes. */
export interface PoolOptions {
  /** Places from one window to the next; by default the length of the window, so that they do not overlap. */
  readonly strides?: PerAxis;
  /** By default `valid`. */
  readonly padding?: WindowPadding;
  /** Places from one element of a window to the next; by default 1. */
  readonly dilation?: PerAxis;
}

/** They are checked where the number of spatial axes is known. */
const poolKinds = {
  strides: optional(anything<PerAxis>('an integer or a list of integers')),
  padding: optional(anything<WindowPadding>("'valid', 'same' or a list of pairs"), 'valid'),
  dilation: optional(anything<PerAxis>('an integer or a list of integers'), 1),
} satisfies KindsOf<PoolOptions>;

/**
 * The largest element of each window over the spatial axes, channels first: [N, C, ...n] to [N, C, ...o]. Padding never
 * wins, NaN does; the first of equal elements gets the gradient.
 *
 * @throws ManabiError `shape` if no window fits, or one lies on padding alone; `argument` for settings that are no whole
 * numbers
 * @example `maxPool(images, 2)`
 */
export function maxPool(x: TensorLike, window: PerAxis, options?: PoolOptions): Tensor {
  const read = optionsOf('maxPool', options, poolKinds);
  const value = asNumeric('maxPool', x);
  return new Tensor(emitOne('maxPool', [value], windowsOf('maxPool', value.type.shape, window, read)));
}

/** How windows are averaged. */
export interface AvgPoolOptions extends PoolOptions {
  /** Padding counts as zeros to average; by default it is left out. */
  readonly countIncludePad?: boolean;
}

const avgPoolKinds = {
  ...poolKinds,
  countIncludePad: optional(boolean, false),
} satisfies KindsOf<AvgPoolOptions>;

/**
 * The mean of each window over the spatial axes, channels first: [N, C, ...n] to [N, C, ...o], as float. Padding is left
 * out of the mean.
 *
 * @throws ManabiError `shape` if no window fits; `argument` for settings that are no whole numbers
 * @example `avgPool(images, [2, 2], { padding: 'same' })`
 */
export function avgPool(x: TensorLike, window: PerAxis, options?: AvgPoolOptions): Tensor {
  const { countIncludePad, ...read } = optionsOf('avgPool', options, avgPoolKinds);
  const value = asFloat('avgPool', x);
  const attributes = windowsOf('avgPool', value.type.shape, window, read);
  return new Tensor(composite('avgPool', [value], { ...attributes, countIncludePad }));
}

function windowsOf(
  op: string,
  shape: readonly number[],
  window: PerAxis,
  { strides = window, padding, dilation }: OptionValues<typeof poolKinds>,
): WindowAttributes {
  const lengths = spatialLengths(op, shape);
  const sizes = perAxis(op, 'window', window, lengths.length);
  const steps = perAxis(op, 'strides', strides, lengths.length);
  const spread = perAxis(op, 'dilation', dilation, lengths.length);
  const axes = lengths.map((length, axis) => ({
    length,
    size: sizes[axis],
    stride: steps[axis],
    dilation: spread[axis],
  }));
  return { window: sizes, strides: steps, padding: paddingPairs(op, padding, axes), dilation: spread };
}
