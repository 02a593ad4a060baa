import { max, moveaxis, type PerAxis, type Tensor, take, tensor, tensordot } from '@manabi/core';
import { eachOf, type OptionValues } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';

/** What the adaptive pooling layers take. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Lengths of the spatial axes of the output: one number for all, or one each. */
  readonly outputSize: PerAxis;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** Where a window begins, and where the next place after it is. */
interface Window {
  readonly start: number;
  readonly end: number;
}

/** Windows over so many places: they have one length, or two that differ by one, and overlap where they must. */
function windowsOver(length: number, count: number): readonly Window[] {
  return Array.from({ length: count }, (_, i) => ({
    start: Math.floor((i * length) / count),
    end: Math.ceil(((i + 1) * length) / count),
  }));
}

/** The largest of each window along an axis. Shorter windows name their last place twice. */
function maxAlong(x: Tensor, axis: number, count: number): Tensor {
  const windows = windowsOver(x.shape[axis], count);
  const longest = Math.max(...windows.map(({ start, end }) => end - start));
  const places = windows.map(({ start, end }) =>
    Array.from({ length: longest }, (_, i) => Math.min(start + i, end - 1)),
  );
  return max(take(x, places, axis), axis + 1);
}

/** The mean of each window along an axis: a product with the shares of the places. */
function meanAlong(x: Tensor, axis: number, count: number): Tensor {
  const windows = windowsOver(x.shape[axis], count);
  const shares = Array.from({ length: x.shape[axis] }, (_, place) =>
    windows.map(({ start, end }) => (place >= start && place < end ? 1 / (end - start) : 0)),
  );
  return moveaxis(tensordot(x, tensor(shares, { dtype: x.dtype }), [[axis], [0]]), -1, axis);
}

function adaptiveKinds(rank: number) {
  return {
    outputSize: eachOf(imageLength, rank),
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<AdaptivePoolingOptions>;
}

type Along = (x: Tensor, axis: number, count: number) => Tensor;

abstract class AdaptivePooling extends Layer<OptionValues<ReturnType<typeof adaptiveKinds>>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;
  /** What becomes of the windows along an axis. */
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

/** The largest element of as many windows as asked for, over sequences: see `adaptiveMaxPooling1d`. */
export class AdaptiveMaxPooling1D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling1D';
  static override readonly rank = 1;
  static override readonly along = maxAlong;
}

/**
 * The largest element of each of as many windows as asked for, which share out sequences of any size.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function adaptiveMaxPooling1d(options: AdaptivePoolingOptions): AdaptiveMaxPooling1D {
  return new AdaptiveMaxPooling1D(options);
}

/** The largest element of as many windows as asked for, over images: see `adaptiveMaxPooling2d`. */
export class AdaptiveMaxPooling2D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling2D';
  static override readonly rank = 2;
  static override readonly along = maxAlong;
}

/**
 * The largest element of each of as many windows as asked for, which share out images of any size.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.adaptiveMaxPooling2d({ outputSize: 7 })`
 */
export function adaptiveMaxPooling2d(options: AdaptivePoolingOptions): AdaptiveMaxPooling2D {
  return new AdaptiveMaxPooling2D(options);
}

/** The largest element of as many windows as asked for, over volumes: see `adaptiveMaxPooling3d`. */
export class AdaptiveMaxPooling3D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveMaxPooling3D';
  static override readonly rank = 3;
  static override readonly along = maxAlong;
}

/**
 * The largest element of each of as many windows as asked for, which share out volumes of any size.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function adaptiveMaxPooling3d(options: AdaptivePoolingOptions): AdaptiveMaxPooling3D {
  return new AdaptiveMaxPooling3D(options);
}

/** The mean of as many windows as asked for, over sequences: see `adaptiveAveragePooling1d`. */
export class AdaptiveAveragePooling1D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling1D';
  static override readonly rank = 1;
  static override readonly along = meanAlong;
}

/**
 * The mean of each of as many windows as asked for, which share out sequences of any size.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function adaptiveAveragePooling1d(options: AdaptivePoolingOptions): AdaptiveAveragePooling1D {
  return new AdaptiveAveragePooling1D(options);
}

/** The mean of as many windows as asked for, over images: see `adaptiveAveragePooling2d`. */
export class AdaptiveAveragePooling2D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling2D';
  static override readonly rank = 2;
  static override readonly along = meanAlong;
}

/**
 * The mean of each of as many windows as asked for, which share out images of any size.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.adaptiveAveragePooling2d({ outputSize: 7 })`
 */
export function adaptiveAveragePooling2d(options: AdaptivePoolingOptions): AdaptiveAveragePooling2D {
  return new AdaptiveAveragePooling2D(options);
}

/** The mean of as many windows as asked for, over volumes: see `adaptiveAveragePooling3d`. */
export class AdaptiveAveragePooling3D extends AdaptivePooling {
  static override readonly className: string = 'AdaptiveAveragePooling3D';
  static override readonly rank = 3;
  static override readonly along = meanAlong;
}

/**
 * The mean of each of as many windows as asked for, which share out volumes of any size.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function adaptiveAveragePooling3d(options: AdaptivePoolingOptions): AdaptiveAveragePooling3D {
  return new AdaptiveAveragePooling3D(options);
}
