import { resize, type Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import { type DataFormat, dataFormatOf, spatialAxes } from './data-format.ts';
import { type Interpolation, interpolations } from './interpolation.ts';
import { oneOf, positiveInteger, wholeNumbers } from './options.ts';

/** What `upSampling1d` takes. */
export interface UpSampling1DOptions extends LayerOptions {
  /** How often each step comes; by default 2. */
  readonly size?: number;
}

/** Each step several times: see `upSampling1d`. */
export class UpSampling1D extends Layer<{ readonly size: number }> {
  static override readonly className: string = 'UpSampling1D';

  constructor(options: UpSampling1DOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { size: positiveInteger('UpSampling1D', 'size', options.size ?? 2) });
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

function images({ size = 2, dataFormat, interpolation = 'nearest' }: UpSampling2DOptions) {
  return {
    size: wholeNumbers('UpSampling2D', 'size', size, 2),
    dataFormat: dataFormatOf('UpSampling2D', dataFormat),
    interpolation: oneOf('UpSampling2D', 'interpolation', interpolation, interpolations),
  };
}

/** Larger images: see `upSampling2d`. */
export class UpSampling2D extends Layer<ReturnType<typeof images>> {
  static override readonly className: string = 'UpSampling2D';

  constructor(options: UpSampling2DOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, images(options));
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

function volumes({ size = 2, dataFormat }: UpSampling3DOptions) {
  return {
    size: wholeNumbers('UpSampling3D', 'size', size, 3),
    dataFormat: dataFormatOf('UpSampling3D', dataFormat),
  };
}

/** Larger volumes: see `upSampling3d`. */
export class UpSampling3D extends Layer<ReturnType<typeof volumes>> {
  static override readonly className: string = 'UpSampling3D';

  constructor(options: UpSampling3DOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, volumes(options));
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
