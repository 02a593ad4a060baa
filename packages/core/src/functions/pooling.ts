import { anything, boolean, type KindsOf, type OptionValues, optional } from '@manabi/errors';
import type { WindowAttributes } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import { Tensor } from '../tensor.ts';
import { optionsOf } from './argument-kinds.ts';
import { composite } from './composite.ts';
import { asFloat, asNumeric, type TensorLike } from './operand.ts';
import { type PerAxis, paddingPairs, perAxis, spatialLengths, type WindowPadding } from './window-padding.ts';

/** Options of `maxPool`; `avgPool` has further ones. */
export interface PoolOptions {
  /**
   * Distance between successive windows, per spatial axis. Default: the length of the window; windows then do not
   * overlap.
   */
  readonly strides?: PerAxis;
  /** Padding of the spatial axes. Default: `valid`. */
  readonly padding?: WindowPadding;
  /** Distance between neighbouring elements of a window, per spatial axis. Default: 1. */
  readonly dilation?: PerAxis;
}

/**
 * Validators of the pooling options. They accept any value, because the checks need the number of spatial axes;
 * `perAxis` and `paddingPairs` check the values later.
 */
const poolKinds = {
  strides: optional(anything<PerAxis>('an integer or an array of integers')),
  padding: optional(anything<WindowPadding>("'valid', 'same' or an array of pairs"), 'valid'),
  dilation: optional(anything<PerAxis>('an integer or an array of integers'), 1),
} satisfies KindsOf<PoolOptions>;

/**
 * Computes the maximum of each window over the spatial axes, channels first: [N, C, ...n] becomes [N, C, ...o]. Padding
 * is ignored. If a window contains NaN, its maximum is NaN. If several elements of a window are the maximum, the first
 * one receives the gradient.
 *
 * @param window length of the window, per spatial axis
 * @throws ManabiError `shape` if no window fits or a window covers only padding; `argument` for invalid options
 * @example
 * ```ts
 * import { maxPool, tensor } from 'manabi';
 *
 * console.log(await maxPool(tensor([[[1, 3, 2, 4]]]), 2).array()); // [[[3, 4]]]
 * ```
 */
export function maxPool(x: TensorLike, window: PerAxis, options?: PoolOptions): Tensor {
  const read = optionsOf('maxPool', options, poolKinds);
  const value = asNumeric('maxPool', x);
  return new Tensor(emitOne('maxPool', [value], windowsOf('maxPool', value.type.shape, window, read)));
}

/** Options of `avgPool`. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether the mean includes the padding, as zeros. Default: false. */
  readonly countIncludePad?: boolean;
}

const avgPoolKinds = {
  ...poolKinds,
  countIncludePad: optional(boolean, false),
} satisfies KindsOf<AvgPoolOptions>;

/**
 * Computes the mean of each window over the spatial axes, channels first: [N, C, ...n] becomes [N, C, ...o]. Integers
 * are converted to float32 first. By default, the mean does not include the padding.
 *
 * @param window length of the window, per spatial axis
 * @throws ManabiError `shape` if no window fits; `argument` for invalid options
 * @example
 * ```ts
 * import { avgPool, tensor } from 'manabi';
 *
 * console.log(await avgPool(tensor([[[1, 3, 2, 4]]]), 2).array()); // [[[2, 3]]]
 * ```
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
