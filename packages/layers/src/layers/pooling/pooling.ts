import { avgPool, maxPool, type PerAxis, type PoolOptions, type Tensor } from '@manabi/core';
import { eachOf, nullable, optional, positiveInteger } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { windowLength } from '../../structure/option-kinds.ts';
import { type SpatialPadding, spatialPadding } from '../convolution/convolution-options.ts';
import { withChannelsSecond } from '../images/channels-second.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';

/** What the pooling layers take. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the windows: one number for all spatial axes, or one each. By default 2. */
  readonly poolSize?: PerAxis;
  /** Places from one window to the next; by default `poolSize`, so that windows do not overlap. */
  readonly strides?: PerAxis | null;
  /** By default `valid`. */
  readonly padding?: SpatialPadding;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

function kinds(rank: number) {
  return {
    poolSize: optional(eachOf(windowLength, rank), 2),
    strides: optional(nullable(eachOf(positiveInteger, rank)), null),
    padding: spatialPadding,
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<PoolingOptions>;
}

function resolved(layerClass: LayerClassName, rank: number, options: PoolingOptions) {
  const config = readLayerOptions(layerClass, options, kinds(rank));
  return { ...config, strides: config.strides ?? config.poolSize };
}

type Pool = (x: Tensor, window: PerAxis, options: PoolOptions) => Tensor;

abstract class Pooling extends Layer<ReturnType<typeof resolved>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;
  /** What becomes of each window. */
  static readonly pool: Pool = maxPool;
  readonly #pool: Pool;

  constructor(options: PoolingOptions = {}) {
    super(options, resolved(new.target, new.target.rank, options));
    this.inputSpec = { rank: new.target.rank + 2 };
    this.#pool = new.target.pool;
  }

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding, dataFormat } = this.config;
    return withChannelsSecond(x, dataFormat, (image) => this.#pool(image, poolSize, { strides, padding }));
  }
}

/** The largest of each window over sequences: see `maxPooling1d`. */
export class MaxPooling1D extends Pooling {
  static override readonly className: string = 'MaxPooling1D';
  static override readonly rank = 1;
  static override readonly pool = maxPool;
}

/**
 * The largest element of each window: `[batch, steps, channels]` to `[batch, steps', channels]`. Padding never wins.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if no window fits
 * @example `layers.maxPooling1d({ poolSize: 3, strides: 1, padding: 'same' })`
 */
export function maxPooling1d(options: PoolingOptions = {}): MaxPooling1D {
  return new MaxPooling1D(options);
}

/** The largest of each window over images: see `maxPooling2d`. */
export class MaxPooling2D extends Pooling {
  static override readonly className: string = 'MaxPooling2D';
  static override readonly rank = 2;
  static override readonly pool = maxPool;
}

/**
 * The largest element of each window: `[batch, rows, columns, channels]` to `[batch, rows', columns', channels]`. Padding
 * never wins.
 *
 * @throws ManabiError as `maxPooling1d`
 * @example `layers.maxPooling2d({ poolSize: 2 })`
 */
export function maxPooling2d(options: PoolingOptions = {}): MaxPooling2D {
  return new MaxPooling2D(options);
}

/** The largest of each window over volumes: see `maxPooling3d`. */
export class MaxPooling3D extends Pooling {
  static override readonly className: string = 'MaxPooling3D';
  static override readonly rank = 3;
  static override readonly pool = maxPool;
}

/** The largest element of each window over three spatial axes: see `maxPooling2d`. */
export function maxPooling3d(options: PoolingOptions = {}): MaxPooling3D {
  return new MaxPooling3D(options);
}

/** The mean of each window over sequences: see `averagePooling1d`. */
export class AveragePooling1D extends Pooling {
  static override readonly className: string = 'AveragePooling1D';
  static override readonly rank = 1;
  static override readonly pool = avgPool;
}

/**
 * The mean of each window: `[batch, steps, channels]` to `[batch, steps', channels]`. Padding is left out of the mean.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if no window fits
 * @example `layers.averagePooling1d({ poolSize: 4 })`
 */
export function averagePooling1d(options: PoolingOptions = {}): AveragePooling1D {
  return new AveragePooling1D(options);
}

/** The mean of each window over images: see `averagePooling2d`. */
export class AveragePooling2D extends Pooling {
  static override readonly className: string = 'AveragePooling2D';
  static override readonly rank = 2;
  static override readonly pool = avgPool;
}

/**
 * The mean of each window: `[batch, rows, columns, channels]` to `[batch, rows', columns', channels]`. Padding is left out
 * of the mean.
 *
 * @throws ManabiError as `averagePooling1d`
 */
export function averagePooling2d(options: PoolingOptions = {}): AveragePooling2D {
  return new AveragePooling2D(options);
}

/** The mean of each window over volumes: see `averagePooling3d`. */
export class AveragePooling3D extends Pooling {
  static override readonly className: string = 'AveragePooling3D';
  static override readonly rank = 3;
  static override readonly pool = avgPool;
}

/** The mean of each window over three spatial axes: see `averagePooling2d`. */
export function averagePooling3d(options: PoolingOptions = {}): AveragePooling3D {
  return new AveragePooling3D(options);
}
