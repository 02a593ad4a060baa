import { astype, clip, type DType, ManabiError, pad, resize, round, type Tensor } from '@manabi/core';
import { boolean, number, type OptionValues, oneOf, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';
import { type ImageAxes, imageAxes, middleOf, middleOfRatio } from '../images/image-axes.ts';
import { type Interpolation, interpolationKind } from './interpolation.ts';

/** Options of the layer `resizing`. */
export interface ResizingOptions extends LayerOptions {
  /** Number of rows of the result. */
  readonly height: number;
  /** Number of columns of the result. */
  readonly width: number;
  /** Interpolation between pixels (default: `'bilinear'`). */
  readonly interpolation?: Interpolation;
  /** Whether images are cropped to the aspect ratio of the result, rather than distorted (default: false). */
  readonly cropToAspectRatio?: boolean;
  /** Whether images are padded to the aspect ratio of the result, rather than distorted (default: false). */
  readonly padToAspectRatio?: boolean;
  /** How the padding of `padToAspectRatio` is filled; only `'constant'` is supported. */
  readonly fillMode?: 'constant';
  /** Value of the padding of `padToAspectRatio` (default: 0). */
  readonly fillValue?: number;
  /**
   * Whether each pixel of a downscaled image averages all original pixels that it covers, as in Pillow (default:
   * false).
   */
  readonly antialias?: boolean;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

const resizingKinds = {
  height: imageLength,
  width: imageLength,
  interpolation: optional(interpolationKind, 'bilinear'),
  cropToAspectRatio: optional(boolean, false),
  padToAspectRatio: optional(boolean, false),
  fillMode: optional(oneOf('constant'), 'constant'),
  fillValue: optional(number(), 0),
  antialias: optional(boolean, false),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<ResizingOptions>;

function resolved(layerClass: LayerClassName, options: ResizingOptions) {
  const config = readLayerOptions(layerClass, options, resizingKinds);
  if (!config.cropToAspectRatio || !config.padToAspectRatio) return config;
  throw new ManabiError('argument', 'Set either `cropToAspectRatio` or `padToAspectRatio`; got both.', {
    op: classNameOf(layerClass),
    data: { name: 'padToAspectRatio', given: true },
  });
}

/** Layer created by `resizing`. */
export class Resizing extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Resizing';

  constructor(options: ResizingOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = { minRank: 3, maxRank: 4 };
  }

  override call(images: Tensor): Tensor {
    const { height, width, cropToAspectRatio, padToAspectRatio, fillValue, dataFormat } = this.config;
    const axes = imageAxes(images, dataFormat);
    return inFloats(images, (x) => {
      if (cropToAspectRatio) return this.#resized(middleOfRatio(x, height, width, axes), axes);
      if (padToAspectRatio) return this.#resized(paddedToRatio(x, height, width, axes, fillValue), axes);
      return this.#resized(x, axes);
    });
  }

  #resized(x: Tensor, { rows, columns }: ImageAxes): Tensor {
    const { height, width, interpolation, antialias } = this.config;
    return resize(x, { axes: [rows, columns], lengths: [height, width], interpolation, antialias });
  }
}

/** Smallest and largest value of the integer dtypes that images may have. */
const ranges: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 128],
  uint32: [0, 2 ** 32 - 256],
};

/**
 * Applies a function to images converted to float32. For integer images, the results are rounded, clipped to the range
 * of the dtype and converted back.
 */
function inFloats(images: Tensor, change: (images: Tensor) => Tensor): Tensor {
  const range = ranges[images.dtype];
  if (range === undefined) return change(images);
  return astype(clip(round(change(astype(images, 'float32'))), ...range), images.dtype);
}

/** Pads images with equal margins on two sides to the aspect ratio of `height` and `width`. */
function paddedToRatio(x: Tensor, height: number, width: number, { rows, columns }: ImageAxes, value: number): Tensor {
  const lengths = [x.shape[rows], x.shape[columns]];
  const targets = [Math.floor((lengths[1] * height) / width), Math.floor((lengths[0] * width) / height)];
  const margins = targets.map((length, i) => Math.floor((Math.max(length, lengths[i]) - lengths[i]) / 2));
  const widthOf = (axis: number): number => (axis === rows ? margins[0] : axis === columns ? margins[1] : 0);
  return pad(
    x,
    x.shape.map((_, axis): [number, number] => [widthOf(axis), widthOf(axis)]),
    { value },
  );
}

/**
 * Creates a layer that resizes images [batch, rows, columns, channels], or a single image. Pixels have half-pixel centers,
 * as in TensorFlow 2, Pillow and PyTorch. Integer images keep their dtype.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.resizing({ height: 224, width: 224 });
 * console.log(layer.apply(layers.input({ shape: [null, null, 3] })).shape); // [null, 224, 224, 3]
 * ```
 */
export function resizing(options: ResizingOptions): Resizing {
  return new Resizing(options);
}

/** Options of the layer `centerCrop`. */
export interface CenterCropOptions extends LayerOptions {
  /** Number of rows of the result. */
  readonly height: number;
  /** Number of columns of the result. */
  readonly width: number;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

const cropKinds = {
  height: imageLength,
  width: imageLength,
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<CenterCropOptions>;

/** Layer created by `centerCrop`. */
export class CenterCrop extends Layer<OptionValues<typeof cropKinds>> {
  static override readonly className: string = 'CenterCrop';

  constructor(options: CenterCropOptions) {
    super(options, readLayerOptions(new.target, options, cropKinds));
    this.inputSpec = { minRank: 3, maxRank: 4 };
  }

  override call(images: Tensor): Tensor {
    const { height, width, dataFormat } = this.config;
    const x = astype(images, this.computeDtype);
    const axes = imageAxes(x, dataFormat);
    if (x.shape[axes.rows] >= height && x.shape[axes.columns] >= width) return middleOf(x, height, width, axes);
    const middle = middleOfRatio(x, height, width, axes);
    return resize(middle, { axes: [axes.rows, axes.columns], lengths: [height, width] });
  }
}

/**
 * Creates a layer that crops images [batch, rows, columns, channels], or a single image, to their center. If an image
 * is too small, its largest centered region with the aspect ratio of the result is resized instead.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { arange, layers, reshape } from 'manabi';
 *
 * const image = reshape(arange(0, 5, 1, { dtype: 'float32' }), [1, 1, 5, 1]);
 * console.log(await layers.centerCrop({ height: 1, width: 2 }).apply(image).array()); // [[[[1], [2]]]]
 * ```
 */
export function centerCrop(options: CenterCropOptions): CenterCrop {
  return new CenterCrop(options);
}
