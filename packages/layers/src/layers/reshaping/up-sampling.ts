import { resize, type Tensor } from '@manabi/core';
import { eachOf, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Interpolation, interpolationKind } from '../preprocessing/interpolation.ts';

/** Options of the layer `upSampling1d`. */
export interface UpSampling1DOptions extends LayerOptions {
  /** Number of times that each step is repeated (default: 2). */
  readonly size?: number;
}

const stepKinds = { size: optional(imageLength, 2) } satisfies OwnKindsOf<UpSampling1DOptions>;

/** Layer created by `upSampling1d`. */
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

/**
 * Creates a layer that repeats each step `size` times: [batch, steps, channels] becomes [batch, steps · size, channels].
 *
 * @throws ManabiError `argument` for an invalid size; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.upSampling1d().apply(tensor([[[1], [2]]])).array()); // [[[1], [1], [2], [2]]]
 * ```
 */
export function upSampling1d(options: UpSampling1DOptions = {}): UpSampling1D {
  return new UpSampling1D(options);
}

/** Options of the layer `upSampling2d`. */
export interface UpSampling2DOptions extends LayerOptions {
  /** Factor by which the numbers of rows and columns grow: one integer, or one per axis (default: 2). */
  readonly size?: number | readonly number[];
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
  /** Interpolation between pixels (default: `'nearest'`, which repeats pixels). */
  readonly interpolation?: Interpolation;
}

const imageKinds = {
  size: optional(eachOf(imageLength, 2), 2),
  dataFormat: dataFormatKind,
  interpolation: optional(interpolationKind, 'nearest'),
} satisfies OwnKindsOf<UpSampling2DOptions>;

/** Layer created by `upSampling2d`. */
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
 * Creates a layer that enlarges images by integer factors: [batch, rows, columns, channels] becomes [batch, rows · size[0],
 * columns · size[1], channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.upSampling2d({ size: [1, 2], interpolation: 'bilinear' });
 * console.log(await layer.apply(tensor([[[[0], [4]]]])).array()); // [[[[0], [1], [3], [4]]]]
 * ```
 */
export function upSampling2d(options: UpSampling2DOptions = {}): UpSampling2D {
  return new UpSampling2D(options);
}

/** Options of the layer `upSampling3d`. */
export interface UpSampling3DOptions extends LayerOptions {
  /** Number of times that planes, rows and columns are repeated: one integer, or one per axis (default: 2). */
  readonly size?: number | readonly number[];
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

const volumeKinds = {
  size: optional(eachOf(imageLength, 3), 2),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<UpSampling3DOptions>;

/** Layer created by `upSampling3d`. */
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

/**
 * Creates a layer that repeats each element of volumes along three axes: [batch, planes, rows, columns, channels] becomes
 * [batch, planes · size[0], rows · size[1], columns · size[2], channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * console.log(layers.upSampling3d().apply(layers.input({ shape: [2, 3, 4, 1] })).shape); // [null, 4, 6, 8, 1]
 * ```
 */
export function upSampling3d(options: UpSampling3DOptions = {}): UpSampling3D {
  return new UpSampling3D(options);
}

function enlarged(x: Tensor, axes: readonly number[], times: readonly number[], interpolation: Interpolation): Tensor {
  return resize(x, { axes, lengths: axes.map((axis, i) => x.shape[axis] * times[i]), interpolation });
}
