import { resize, type Tensor } from '@manabi/core';
import { eachOf, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Interpolation, interpolationKind } from '../preprocessing/interpolation.ts';

/** What `upSampling1d` takes. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How often each step comes; by default 2. */
  readonly size?: number;
}

const stepKinds = { size: optional(imageLength, 2) } satisfies OwnKindsOf<UpSampling1DOptions>;

/** Each step several times: see `upSampling1d`. */
export class UpSampling1D extends Layer<OptionValues<typeof stepKinds>> {
  static override readonly className: string = 'UpSampling1D';

  constructor(options: UpSampling1DOptions = {}) {
    super(options, readLayerOptions(new.target, options, stepKinds));
    this.inputSpec = { rank: 3 };
  }

  override call(x: Tensor): Tensor {
    return enlarged(x, [1], [this.config.size], 'nearest');
  }
}

/** `[batch, steps, channels]` to `[batch, steps * size, channels]`: each step `size` times. */
export function upSampling1d(options: UpSampling1DOptions = {}): UpSampling1D {
  return new UpSampling1D(options);
}

/** What `upSampling2d` takes. */
export interface UpSampling2DOptions extends LayerOptions {
  /** How many times as many rows and columns; by default 2. */
  readonly size?: number | readonly number[];
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
  /** By default `nearest`, which repeats pixels. */
  readonly interpolation?: Interpolation;
}

const imageKinds = {
  size: optional(eachOf(imageLength, 2), 2),
  dataFormat: dataFormatKind,
  interpolation: optional(interpolationKind, 'nearest'),
} satisfies OwnKindsOf<UpSampling2DOptions>;

/** Larger images: see `upSampling2d`. */
export class UpSampling2D extends Layer<OptionValues<typeof imageKinds>> {
  static override readonly className: string = 'UpSampling2D';

  constructor(options: UpSampling2DOptions = {}) {
    super(options, readLayerOptions(new.target, options, imageKinds));
    this.inputSpec = { rank: 4 };
  }

  override call(x: Tensor): Tensor {
    const { size, dataFormat, interpolation } = this.config;
    return enlarged(x, spatialAxes(dataFormat, 2), size, interpolation);
  }
}

/**
 * Images with whole multiples of rows and columns.
 *
 * @example `layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' })`
 */
export function upSampling2d(options: UpSampling2DOptions = {}): UpSampling2D {
  return new UpSampling2D(options);
}

/** What `upSampling3d` takes. */
export interface UpSampling3DOptions extends LayerOptions {
  /** How often each plane, row and column comes; by default 2. */
  readonly size?: number | readonly number[];
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const volumeKinds = {
  size: optional(eachOf(imageLength, 3), 2),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<UpSampling3DOptions>;

/** Larger volumes: see `upSampling3d`. */
export class UpSampling3D extends Layer<OptionValues<typeof volumeKinds>> {
  static override readonly className: string = 'UpSampling3D';

  constructor(options: UpSampling3DOptions = {}) {
    super(options, readLayerOptions(new.target, options, volumeKinds));
    this.inputSpec = { rank: 5 };
  }

  override call(x: Tensor): Tensor {
    const { size, dataFormat } = this.config;
    return enlarged(x, spatialAxes(dataFormat, 3), size, 'nearest');
  }
}

/** Volumes with each element repeated along three axes. */
export function upSampling3d(options: UpSampling3DOptions = {}): UpSampling3D {
  return new UpSampling3D(options);
}

function enlarged(x: Tensor, axes: readonly number[], times: readonly number[], interpolation: Interpolation): Tensor {
  return resize(x, { axes, lengths: axes.map((axis, i) => x.shape[axis] * times[i]), interpolation });
}
