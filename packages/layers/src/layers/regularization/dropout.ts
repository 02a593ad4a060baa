import { astype, ManabiError, mul, random, type Shape, type Tensor } from '@manabi/core';
import { fraction, listOf, nullable, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';

/** What all layers take that drop elements. */
export interface RateOptions extends LayerOptions {
  /** Share of the elements that are dropped, from 0 to 1. */
  readonly rate: number;
  /** Tells the draws of this layer from those of others; by default null. */
  readonly seed?: number | null;
}

/** What `dropout` takes. */
export interface DropoutOptions extends RateOptions {
  /** Shape of the draw, which broadcasts against the input: where it is 1, all elements share a fate; null for the input's. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/** The shape of a draw; null for the input's. */
export const noiseShapeKind = optional(nullable(listOf(nullable(positiveInteger))), null);

const rateKinds = { rate: fraction, seed: optional(seedKind, null) } satisfies OwnKindsOf<RateOptions>;

/** Inverted dropout: each element 0 with a probability, the others larger, so that the mean stays. */
export function dropElements(x: Tensor, rate: number, key: Tensor, noiseShape: Shape = x.shape): Tensor {
  const kept = astype(random.bernoulli(key, 1 - rate, noiseShape), x.dtype);
  return mul(x, mul(kept, rate === 1 ? 0 : 1 / (1 - rate)));
}

/**
 * The shape of a draw for an input.
 *
 * @throws ManabiError `shape` unless it broadcasts against the input
 */
export function noiseShapeFor(x: Tensor, noiseShape: readonly (number | null)[] | null): Shape {
  if (noiseShape === null) return x.shape;
  const shape = noiseShape.map((length, axis) => length ?? x.shape[axis]);
  const fits = shape.length === x.rank && shape.every((length, axis) => length === 1 || length === x.shape[axis]);
  if (fits) return shape;
  throw new ManabiError(
    'shape',
    `The noiseShape [${noiseShape.join(', ')}] does not broadcast against inputs of shape [${x.shape.join(', ')}]: give a ` +
      "length for each axis, the batch's included: 1, the input's, or null for the input's.",
    { op: 'dropout', data: { noiseShape, shape: x.shape } },
  );
}

const dropoutKinds = {
  rate: fraction,
  seed: optional(seedKind, null),
  noiseShape: noiseShapeKind,
} satisfies OwnKindsOf<DropoutOptions>;

/** Elements that are dropped in training: see `dropout`. */
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
 * In training, elements are 0 with probability `rate`, the others `1 / (1 - rate)` times as large; x itself otherwise:
 * Srivastava et al., 2014.
 *
 * @throws ManabiError `argument` for a rate outside 0 to 1
 * @example `layers.dropout({ rate: 0.5 })`
 */
export function dropout(options: DropoutOptions): Dropout {
  return new Dropout(options);
}

/** What `spatialDropout2d` and `spatialDropout3d` take. */
export interface SpatialDropoutOptions extends RateOptions {
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** One fate for each sample and channel. */
function dropChannels(x: Tensor, rate: number, key: Tensor, dataFormat: DataFormat): Tensor {
  const channels = dataFormat === 'channelsLast' ? x.rank - 1 : 1;
  const shape = x.shape.map((length, axis) => (axis === 0 || axis === channels ? length : 1));
  return dropElements(x, rate, key, shape);
}

/** Whole channels of sequences that are dropped: see `spatialDropout1d`. */
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

/** As `dropout`, but a channel is dropped at all steps or none: Tompson et al., 2014. */
export function spatialDropout1d(options: RateOptions): SpatialDropout1D {
  return new SpatialDropout1D(options);
}

const spatialKinds = {
  rate: fraction,
  seed: optional(seedKind, null),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<SpatialDropoutOptions>;

abstract class SpatialDropout extends Layer<OptionValues<typeof spatialKinds>> {
  /** Number of axes of the input. */
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

/** Whole feature maps that are dropped: see `spatialDropout2d`. */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D';
  static override readonly inputRank = 4;
}

/** As `dropout`, but a channel is dropped in the whole image or not: Tompson et al., 2014. */
export function spatialDropout2d(options: SpatialDropoutOptions): SpatialDropout2D {
  return new SpatialDropout2D(options);
}

/** Whole channels of volumes that are dropped: see `spatialDropout3d`. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D';
  static override readonly inputRank = 5;
}

/** As `dropout`, but a channel is dropped in the whole volume or not. */
export function spatialDropout3d(options: SpatialDropoutOptions): SpatialDropout3D {
  return new SpatialDropout3D(options);
}
