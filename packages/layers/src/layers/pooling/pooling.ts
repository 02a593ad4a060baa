import { avgPool, maxPool, type PerAxis, type PoolOptions, type Tensor } from '@manabi/core';
import { eachOf, nullable, optional, positiveInteger } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { windowLength } from '../../structure/option-kinds.ts';
import { type SpatialPadding, spatialPadding } from '../convolution/convolution-options.ts';
import { withChannelsSecond } from '../images/channels-second.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';

/** Options of the pooling layers. */
export interface PoolingOptions extends LayerOptions {
  /** Size of the windows: one integer for all spatial axes, or one per axis (default: 2). */
  readonly poolSize?: PerAxis;
  /** Distance between the starts of adjacent windows (default: null, which means `poolSize`). */
  readonly strides?: PerAxis | null;
  /** Padding (default: `'valid'`). */
  readonly padding?: SpatialPadding;
  /** Position of the channel axis (default: `'channelsLast'`). */
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
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  /** Function that reduces each window to one value. */
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

/** Layer created by `maxPooling1d`. */
export class MaxPooling1D extends Pooling {
  static override readonly className: string = 'MaxPooling1D';
  static override readonly rank = 1;
  static override readonly pool = maxPool;
}

/**
 * Creates a layer that returns the maximum of each window, ignoring padding. It maps [batch, steps, channels] to [batch,
 * newSteps, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is longer than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.maxPooling1d().apply(tensor([[[1], [3], [2], [0]]])).array()); // [[[3], [2]]]
 * ```
 */
export function maxPooling1d(options: PoolingOptions = {}): MaxPooling1D {
  return new MaxPooling1D(options);
}

/** Layer created by `maxPooling2d`. */
export class MaxPooling2D extends Pooling {
  static override readonly className: string = 'MaxPooling2D';
  static override readonly rank = 2;
  static override readonly pool = maxPool;
}

/**
 * Creates a layer that returns the maximum of each window, ignoring padding. It maps [batch, rows, columns, channels] to
 * [batch, newRows, newColumns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is larger than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { arange, layers, reshape } from 'manabi';
 *
 * const image = reshape(arange(0, 16, 1, { dtype: 'float32' }), [1, 4, 4, 1]);
 * console.log(await layers.maxPooling2d({ poolSize: 2 }).apply(image).array()); // [[[[5], [7]], [[13], [15]]]]
 * ```
 */
export function maxPooling2d(options: PoolingOptions = {}): MaxPooling2D {
  return new MaxPooling2D(options);
}

/** Layer created by `maxPooling3d`. */
export class MaxPooling3D extends Pooling {
  static override readonly className: string = 'MaxPooling3D';
  static override readonly rank = 3;
  static override readonly pool = maxPool;
}

/**
 * Creates a layer that returns the maximum of each window, ignoring padding. It maps
 * [batch, planes, rows, columns, channels] to [batch, newPlanes, newRows, newColumns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is larger than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [4, 6, 8, 3] });
 * console.log(layers.maxPooling3d({ poolSize: 2 }).apply(x).shape); // [null, 2, 3, 4, 3]
 * ```
 */
export function maxPooling3d(options: PoolingOptions = {}): MaxPooling3D {
  return new MaxPooling3D(options);
}

/** Layer created by `averagePooling1d`. */
export class AveragePooling1D extends Pooling {
  static override readonly className: string = 'AveragePooling1D';
  static override readonly rank = 1;
  static override readonly pool = avgPool;
}

/**
 * Creates a layer that returns the mean of each window, excluding padding. It maps [batch, steps, channels] to
 * [batch, newSteps, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is longer than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.averagePooling1d().apply(tensor([[[1], [3], [2], [0]]])).array()); // [[[2], [1]]]
 * ```
 */
export function averagePooling1d(options: PoolingOptions = {}): AveragePooling1D {
  return new AveragePooling1D(options);
}

/** Layer created by `averagePooling2d`. */
export class AveragePooling2D extends Pooling {
  static override readonly className: string = 'AveragePooling2D';
  static override readonly rank = 2;
  static override readonly pool = avgPool;
}

/**
 * Creates a layer that returns the mean of each window, excluding padding. It maps [batch, rows, columns, channels] to
 * [batch, newRows, newColumns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is larger than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { arange, layers, reshape } from 'manabi';
 *
 * const image = reshape(arange(0, 16, 1, { dtype: 'float32' }), [1, 4, 4, 1]);
 * const result = layers.averagePooling2d({ poolSize: 2 }).apply(image);
 * console.log(await result.array()); // [[[[2.5], [4.5]], [[10.5], [12.5]]]]
 * ```
 */
export function averagePooling2d(options: PoolingOptions = {}): AveragePooling2D {
  return new AveragePooling2D(options);
}

/** Layer created by `averagePooling3d`. */
export class AveragePooling3D extends Pooling {
  static override readonly className: string = 'AveragePooling3D';
  static override readonly rank = 3;
  static override readonly pool = avgPool;
}

/**
 * Creates a layer that returns the mean of each window, excluding padding. It maps [batch, planes, rows, columns, channels]
 * to [batch, newPlanes, newRows, newColumns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the window is larger than the input, or for
 * an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [4, 6, 8, 3] });
 * console.log(layers.averagePooling3d({ poolSize: 2 }).apply(x).shape); // [null, 2, 3, 4, 3]
 * ```
 */
export function averagePooling3d(options: PoolingOptions = {}): AveragePooling3D {
  return new AveragePooling3D(options);
}
