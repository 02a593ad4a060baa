import { astype, ManabiError, mul, random, type Shape, type Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import type { CallContext } from '../context.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import { checkSeed } from '../seed.ts';
import { type DataFormat, dataFormatOf } from './data-format.ts';
import { numberBetween } from './options.ts';

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

/** Rate and seed, checked. */
export function rateConfig(className: string, { rate, seed = null }: RateOptions) {
  return { rate: numberBetween(className, 'rate', rate, 0, 1), seed: seedOf(className, seed) };
}

/** A seed, checked. */
export function seedOf(className: string, seed: number | null): number | null {
  if (seed !== null) checkSeed(className, seed);
  return seed;
}

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

function dropoutConfig(options: DropoutOptions) {
  return { ...rateConfig('Dropout', options), noiseShape: options.noiseShape ?? null };
}

/** Elements that are dropped in training: see `dropout`. */
export class Dropout extends Layer<ReturnType<typeof dropoutConfig>> {
  static override readonly className: string = 'Dropout';
  override supportsMasking = true;

  constructor(options: DropoutOptions) {
    checkAreGiven(new.target.className, options);
    super(options, dropoutConfig(options));
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
export class SpatialDropout1D extends Layer<ReturnType<typeof rateConfig>> {
  static override readonly className: string = 'SpatialDropout1D';
  override supportsMasking = true;

  constructor(options: RateOptions) {
    checkAreGiven(new.target.className, options);
    super(options, rateConfig('SpatialDropout1D', options));
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

interface SpatialConfig extends ReturnType<typeof rateConfig> {
  readonly dataFormat: DataFormat;
}

abstract class SpatialDropout extends Layer<SpatialConfig> {
  override supportsMasking = true;

  constructor(className: string, rank: number, options: SpatialDropoutOptions) {
    checkAreGiven(className, options);
    super(options, { ...rateConfig(className, options), dataFormat: dataFormatOf(className, options.dataFormat) });
    this.inputSpec = { rank };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { rate, seed, dataFormat } = this.config;
    return context.training && rate > 0 ? dropChannels(x, rate, context.key(seed), dataFormat) : x;
  }
}

/** Whole feature maps that are dropped: see `spatialDropout2d`. */
export class SpatialDropout2D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout2D';

  constructor(options: SpatialDropoutOptions) {
    super('SpatialDropout2D', 4, options);
  }
}

/** As `dropout`, but a channel is dropped in the whole image or not: Tompson et al., 2014. */
export function spatialDropout2d(options: SpatialDropoutOptions): SpatialDropout2D {
  return new SpatialDropout2D(options);
}

/** Whole channels of volumes that are dropped: see `spatialDropout3d`. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className: string = 'SpatialDropout3D';

  constructor(options: SpatialDropoutOptions) {
    super('SpatialDropout3D', 5, options);
  }
}

/** As `dropout`, but a channel is dropped in the whole volume or not. */
export function spatialDropout3d(options: SpatialDropoutOptions): SpatialDropout3D {
  return new SpatialDropout3D(options);
}
