import { max, moveaxis, type PerAxis, type Tensor, take, tensor, tensordot } from '@manabi/core';
import { eachOf, type OptionValues } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Lengths of the spatial axes of the output: one integer for all, or one per axis. */
  readonly outputSize: PerAxis;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

/** Window on an axis: its first position, and the position after its last one. */
interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * Divides an axis into `count` windows. Their lengths differ by one at most, and they overlap if `count` does not divide
 * `length`.
 */
function windowsOver(length: number, count: number): readonly Window[] {
  return Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * length) / count),
    end: Math.ceil(((i + 1) * length) / count),
  }));
}

/** Computes the maximum of each window along an axis. Shorter windows repeat their last position. */
function maxAlong(x: Tensor, axis: number, count: number): Tensor {
  const windows = windowsOver(x.shape[axis], count);
  const longest = Math.max(...windows.map(({ start, end }) => end - start));
  const positions = windows.map(({ start, end }) =>
    Array.from({ length: longest }, (_, i) => Math.min(start + i, end - 1)),
  );
  return max(take(x, positions, axis), axis + 1);
}

/** Computes the mean of each window along an axis, as a product with a matrix of weights. */
function meanAlong(x: Tensor, axis: number, count: number): Tensor {
  const windows = windowsOver(x.shape[axis], count);
  const weights = Array.from({ length: x.shape[axis] }, (_, position) =>
    windows.map(({ start, end }) => (position >= start && position < end ? 1 / (end - start) : 0)),
  );
  return moveaxis(tensordot(x, tensor(weights, { dtype: x.dtype }), [[axis], [0]]), -1, axis);
}

function adaptiveKinds(rank: number) {
  return {
    outputSize: eachOf(imageLength, rank),
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<AdaptivePoolingOptions>;
}

type Along = (x: Tensor, axis: number, count: number) => Tensor;

abstract class AdaptivePooling extends Layer<OptionValues<ReturnType<typeof adaptiveKinds>>> {
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  /** Function that reduces each window along an axis to one value. */
  static readonly along: Along = maxAlong;
  readonly #along: Along;

  constructor(options: AdaptivePoolingOptions) {
    super(options, readLayerOptions(new.target, options, adaptiveKinds(new.target.rank)));
    this.inputSpec = { rank: new.target.rank + 2 };
    this.#along = new.target.along;
  }

  override call(x: Tensor): Tensor {
    const { outputSize, dataFormat } = this.config;
    const axes = spatialAxes(dataFormat, outputSize.length);
    return axes.reduce((pooled, axis, i) => this.#along(pooled, axis, outputSize[i]), x);
  }
}

/** Layer created by `adaptiveMaxPooling1d`. */
export class AdaptiveMaxPooling1D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling1D';
  static override readonly rank = 1;
  static override readonly along = maxAlong;
}

/**
 * Creates a layer that divides sequences of any length into `outputSize` windows and returns their maxima. Window `i` of
 * `n` over length `L` covers positions ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉ - 1. It maps [batch, steps, channels] to
 * [batch, outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const x = tensor([[[1], [2], [3], [4], [5]]]);
 * console.log(await layers.adaptiveMaxPooling1d({ outputSize: 3 }).apply(x).array()); // [[[2], [4], [5]]]
 * ```
 */
export function adaptiveMaxPooling1d(options: AdaptivePoolingOptions): AdaptiveMaxPooling1D {
  return new AdaptiveMaxPooling1D(options);
}

/** Layer created by `adaptiveMaxPooling2d`. */
export class AdaptiveMaxPooling2D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling2D';
  static override readonly rank = 2;
  static override readonly along = maxAlong;
}

/**
 * Creates a layer that divides images of any size into a grid of `outputSize` windows and returns their maxima. It maps
 * [batch, rows, columns, channels] to [batch, ...outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [null, null, 3] });
 * console.log(layers.adaptiveMaxPooling2d({ outputSize: 7 }).apply(x).shape); // [null, 7, 7, 3]
 * ```
 */
export function adaptiveMaxPooling2d(options: AdaptivePoolingOptions): AdaptiveMaxPooling2D {
  return new AdaptiveMaxPooling2D(options);
}

/** Layer created by `adaptiveMaxPooling3d`. */
export class AdaptiveMaxPooling3D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling3D';
  static override readonly rank = 3;
  static override readonly along = maxAlong;
}

/**
 * Creates a layer that divides volumes of any size into a grid of `outputSize` windows and returns their maxima. It maps
 * [batch, planes, rows, columns, channels] to [batch, ...outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [9, 9, 9, 2] });
 * console.log(layers.adaptiveMaxPooling3d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 4, 2]
 * ```
 */
export function adaptiveMaxPooling3d(options: AdaptivePoolingOptions): AdaptiveMaxPooling3D {
  return new AdaptiveMaxPooling3D(options);
}

/** Layer created by `adaptiveAveragePooling1d`. */
export class AdaptiveAveragePooling1D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling1D';
  static override readonly rank = 1;
  static override readonly along = meanAlong;
}

/**
 * Creates a layer that divides sequences of any length into `outputSize` windows and returns their means.
 * `adaptiveMaxPooling1d` describes the windows. It maps [batch, steps, channels] to [batch, outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const x = tensor([[[1], [2], [3], [4], [5]]]);
 * console.log(await layers.adaptiveAveragePooling1d({ outputSize: 2 }).apply(x).array()); // [[[2], [4]]]
 * ```
 */
export function adaptiveAveragePooling1d(options: AdaptivePoolingOptions): AdaptiveAveragePooling1D {
  return new AdaptiveAveragePooling1D(options);
}

/** Layer created by `adaptiveAveragePooling2d`. */
export class AdaptiveAveragePooling2D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling2D';
  static override readonly rank = 2;
  static override readonly along = meanAlong;
}

/**
 * Creates a layer that divides images of any size into a grid of `outputSize` windows and returns their means. It maps
 * [batch, rows, columns, channels] to [batch, ...outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [null, null, 3] });
 * console.log(layers.adaptiveAveragePooling2d({ outputSize: 7 }).apply(x).shape); // [null, 7, 7, 3]
 * ```
 */
export function adaptiveAveragePooling2d(options: AdaptivePoolingOptions): AdaptiveAveragePooling2D {
  return new AdaptiveAveragePooling2D(options);
}

/** Layer created by `adaptiveAveragePooling3d`. */
export class AdaptiveAveragePooling3D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling3D';
  static override readonly rank = 3;
  static override readonly along = meanAlong;
}

/**
 * Creates a layer that divides volumes of any size into a grid of `outputSize` windows and returns their means. It maps
 * [batch, planes, rows, columns, channels] to [batch, ...outputSize, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const x = layers.input({ shape: [9, 9, 9, 2] });
 * console.log(layers.adaptiveAveragePooling3d({ outputSize: 4 }).apply(x).shape); // [null, 4, 4, 4, 2]
 * ```
 */
export function adaptiveAveragePooling3d(options: AdaptivePoolingOptions): AdaptiveAveragePooling3D {
  return new AdaptiveAveragePooling3D(options);
}
