import { astype, clip, type DType, ManabiError, pad, resize, round, type Tensor } from '@manabi/core';
import { boolean, number, type OptionValues, oneOf, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { imageLength } from '../../structure/option-kinds.ts';
import { type DataFormat, dataFormatKind } from '../images/data-format.ts';
import { type ImageAxes, imageAxes, middleOf, middleOfRatio } from '../images/image-axes.ts';
import { type Interpolation, interpolationKind } from './interpolation.ts';

/** What `resizing` takes. */
export interface ResizingOptions extends LayerOptions {
  /** Rows of the result. */
  readonly height: number;
  /** Columns of the result. */
  readonly width: number;
  /** By default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Whether the largest middle of the wanted ratio is resized, instead of distorting the whole. By default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether margins are added to get the wanted ratio, instead of distorting. By default false. */
  readonly padToAspectRatio?: boolean;
  /** How margins are filled: `constant`. */
  readonly fillMode?: 'constant';
  /** What margins are filled with; by default 0. */
  readonly fillValue?: number;
  /** Whether all pixels count when images get smaller, as in Pillow. By default false. */
  readonly antialias?: boolean;
  /** By default `channelsLast`. */
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

/** Images of another size: see `resizing`. */
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

/** The range of the whole numbers that images are made of. */
const ranges: Partial<Record<DType, readonly [number, number]>> = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 128],
  uint32: [0, 2 ** 32 - 256],
};

/** Computes in floats; images of whole numbers are rounded and clipped to their range again. */
function inFloats(images: Tensor, change: (images: Tensor) => Tensor): Tensor {
  const range = ranges[images.dtype];
  if (range === undefined) return change(images);
  return astype(clip(round(change(astype(images, 'float32'))), ...range), images.dtype);
}

/** Images with equal margins on two sides, so that their sides have the ratio of a size. */
function paddedToRatio(x: Tensor, height: number, width: number, { rows, columns }: ImageAxes, value: number): Tensor {
  const lengths = [x.shape[rows], x.shape[columns]];
  const wanted = [Math.floor((lengths[1] * height) / width), Math.floor((lengths[0] * width) / height)];
  const margins = wanted.map((length, i) => Math.floor((Math.max(length, lengths[i]) - lengths[i]) / 2));
  const widthOf = (axis: number): number => (axis === rows ? margins[0] : axis === columns ? margins[1] : 0);
  return pad(
    x,
    x.shape.map((_, axis): [number, number] => [widthOf(axis), widthOf(axis)]),
    { value },
  );
}

/**
 * Images `[batch, rows, columns, channels]`, or one alone, brought to a size. Pixels are areas whose centres lie at halves
 * (as in TensorFlow 2, Pillow, PyTorch); whole numbers stay whole numbers.
 *
 * @throws ManabiError `argument` for wrong options
 * @example `layers.resizing({ height: 224, width: 224 })`
 */
export function resizing(options: ResizingOptions): Resizing {
  return new Resizing(options);
}

/** What `centerCrop` takes. */
export interface CenterCropOptions extends LayerOptions {
  /** Rows of the result. */
  readonly height: number;
  /** Columns of the result. */
  readonly width: number;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const cropKinds = {
  height: imageLength,
  width: imageLength,
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<CenterCropOptions>;

/** The middle of images: see `centerCrop`. */
export class CenterCrop extends Layer<OptionValues<typeof cropKinds>> {
  static override readonly className: string = 'CenterCrop';

  constructor(options: CenterCropOptions) {
    super(options, readLayerOptions(new.target, options, cropKinds));
    this.inputSpec = { minRank: 3, maxRank: 4 };
  }

  override call(images: Tensor): Tensor {
    const { height, width, dataFormat } = this.config;
    const x = astype(images, this.dtype);
    const axes = imageAxes(x, dataFormat);
    if (x.shape[axes.rows] >= height && x.shape[axes.columns] >= width) return middleOf(x, height, width, axes);
    const middle = middleOfRatio(x, height, width, axes);
    return resize(middle, { axes: [axes.rows, axes.columns], lengths: [height, width] });
  }
}

/**
 * The middle of images `[batch, rows, columns, channels]`, or of one alone. Of images that are too small, the largest
 * middle of the wanted ratio, resized.
 *
 * @throws ManabiError `argument` for wrong options
 */
export function centerCrop(options: CenterCropOptions): CenterCrop {
  return new CenterCrop(options);
}
