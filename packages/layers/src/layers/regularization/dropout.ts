import { astype, ManabiError, mul, random, type Shape, type Tensor } from '@manabi/core';
import { fraction, listOf, nullable, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';

/** Options of layers that drop elements. */
export interface RateOptions extends LayerOptions {
  /** Fraction of the elements that is dropped, in [0, 1]. */
  readonly rate: number;
  /** Seed mixed into the random key of each call; different seeds draw different numbers (default: null). */
  readonly seed?: number | null;
}

/** Options of the layer `dropout`. */
export interface DropoutOptions extends RateOptions {
  /**
   * Shape of the dropout mask, which broadcasts to the input (default: null, the shape of the input). Elements along an
   * axis of length 1 are dropped together. A null in the shape stands for the length of that axis of the input.
   */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** Validator for the option `noiseShape`; null for the shape of the input. */
export const noiseShapeKind = optional(nullable(listOf(nullable(positiveInteger))), null);

const rateKinds = { rate: fraction, seed: optional(seedKind, null) } satisfies OwnKindsOf<RateOptions>;

/** Applies inverted dropout: sets elements to 0 with probability `rate` and scales the others by `1 / (1 - rate)`. */
export function dropElements(x: Tensor, rate: number, key: Tensor, noiseShape: Shape = x.shape): Tensor {
  const kept = astype(random.bernoulli(key, 1 - rate, noiseShape), x.dtype);
  return mul(x, mul(kept, rate === 1 ? 0 : 1 / (1 - rate)));
}

/**
 * Returns the shape of the dropout mask for an input, with the lengths of the input in place of nulls.
 *
 * @throws ManabiError `shape` unless it broadcasts to the input
 */
export function noiseShapeFor(x: Tensor, noiseShape: readonly (number | null)[] | null): Shape {
  if (noiseShape === null) return x.shape;
  const shape = noiseShape.map((length, axis) => length ?? x.shape[axis]);
  const fits = shape.length === x.rank && shape.every((length, axis) => length === 1 || length === x.shape[axis]);
  if (fits) return shape;
  throw new ManabiError(
    'shape',
    `\`noiseShape\` [${noiseShape.map(String).join(', ')}] does not broadcast to the input shape [${x.shape.join(', ')}]. Pass one ` +
      'length per axis, including the batch: 1, or null for the length of the input axis.',
    { op: 'dropout', data: { noiseShape, shape: x.shape } },
  );
}

const dropoutKinds = {
  rate: fraction,
  seed: optional(seedKind, null),
  noiseShape: noiseShapeKind,
} satisfies OwnKindsOf<DropoutOptions>;

/** Layer created by `dropout`. */
export class Dropout extends Layer<OptionValues<typeof dropoutKinds>> {
  static override readonly className: string = 'Dropout';
  override supportsMasking = true;

  constructor(options: DropoutOptions) {
    super(options, readLayerOptions(new.target, options, dropoutKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed, noiseShape } = this.config;
    if (!context.training || rate === 0) return x;
    return dropElements(x, rate, context.key(seed), noiseShapeFor(x, noiseShape));
  }
}

/**
 * Creates a dropout layer. In training, `y = x · m / (1 - rate)`, where each element of the mask `m` is 0 with probability
 * `rate` and else 1; at inference, `y = x`. Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks
 * from overfitting", 2014.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if `noiseShape` does not broadcast to the input
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.dropout({ rate: 0.5 });
 * console.log(await layer.apply(tensor([1, 2])).array()); // [1, 2]
 * layer.apply(tensor([1, 2]), { training: true }); // each element is 0 or doubled
 * ```
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}

/** Options of `spatialDropout2d` and `spatialDropout3d`. */
export interface SpatialDropoutOptions extends RateOptions {
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

/** Applies inverted dropout to whole channels: all elements of a channel of a sample are dropped or kept together. */
function dropChannels(x: Tensor, rate: number, key: Tensor, dataFormat: DataFormat): Tensor {
  const channels = dataFormat === 'channelsLast' ? x.rank - 1 : 1;
  const shape = x.shape.map((length, axis) => (axis === 0 || axis === channels ? length : 1));
  return dropElements(x, rate, key, shape);
}

/** Layer created by `spatialDropout1d`. */
export class SpatialDropout1D extends Layer<OptionValues<typeof rateKinds>> {
  static override readonly className: string = 'SpatialDropout1D';
  override supportsMasking = true;

  constructor(options: RateOptions) {
    super(options, readLayerOptions(new.target, options, rateKinds));
    this.inputSpec = { rank: 3 };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed } = this.config;
    return context.training && rate > 0 ? dropChannels(x, rate, context.key(seed), 'channelsLast') : x;
  }
}

/**
 * Creates a dropout layer for sequences [batch, steps, channels] that drops channels at all steps together. Source: J.
 * Tompson et al., "Efficient object localization using convolutional networks", 2014.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const result = layers.spatialDropout1d({ rate: 0.5 }).apply(ones([2, 3, 4]), { training: true }).shape;
 * console.log(result); // [2, 3, 4]
 * ```
 */
export function spatialDropout1d(options: RateOptions): SpatialDropout1D {
  return new SpatialDropout1D(options);
}

const spatialKinds = {
  rate: fraction,
  seed: optional(seedKind, null),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<SpatialDropoutOptions>;

abstract class SpatialDropout extends Layer<OptionValues<typeof spatialKinds>> {
  /** Required rank of the input. */
  static readonly inputRank: number = 0;
  override supportsMasking = true;

  constructor(options: SpatialDropoutOptions) {
    super(options, readLayerOptions(new.target, options, spatialKinds));
    this.inputSpec = { rank: new.target.inputRank };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed, dataFormat } = this.config;
    return context.training && rate > 0 ? dropChannels(x, rate, context.key(seed), dataFormat) : x;
  }
}

/** Layer created by `spatialDropout2d`. */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D';
  static override readonly inputRank = 4;
}

/**
 * Creates a dropout layer for images [batch, rows, columns, channels] that drops whole channels. Source: J. Tompson et al.,
 * "Efficient object localization using convolutional networks", 2014.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const result = layers.spatialDropout2d({ rate: 0.5 }).apply(ones([2, 3, 3, 4]), { training: true }).shape;
 * console.log(result); // [2, 3, 3, 4]
 * ```
 */
export function spatialDropout2d(options: SpatialDropoutOptions): SpatialDropout2D {
  return new SpatialDropout2D(options);
}

/** Layer created by `spatialDropout3d`. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D';
  static override readonly inputRank = 5;
}

/**
 * Creates a dropout layer for volumes [batch, planes, rows, columns, channels] that drops whole channels. Source: J.
 * Tompson et al., "Efficient object localization using convolutional networks", 2014.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const result = layers.spatialDropout3d({ rate: 0.5 }).apply(ones([1, 2, 2, 2, 4]), { training: true }).shape;
 * console.log(result); // [1, 2, 2, 2, 4]
 * ```
 */
export function spatialDropout3d(options: SpatialDropoutOptions): SpatialDropout3D {
  return new SpatialDropout3D(options);
}
