import { pad, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Margin, type Margins, marginKind, marginsKind } from './margins.ts';

/** What `zeroPadding1d` takes. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /** Steps before and after; one number for both. By default 1. */
  readonly padding?: number | Margin;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

/** What `zeroPadding2d` and `zeroPadding3d` take. */
export interface ZeroPaddingOptions extends LayerOptions {
  /** One number for all sides, one for each axis, or `[before, after]` for each. By default 1. */
  readonly padding?: Margins;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

function padded(x: Tensor, margins: readonly Margin[], dataFormat: DataFormat): Tensor {
  const axes = spatialAxes(dataFormat, margins.length);
  const none: Margin = [0, 0];
  return pad(
    x,
    x.shape.map((_, axis) => margins[axes.indexOf(axis)] ?? none),
  );
}

const sequenceKinds = {
  padding: optional(marginKind, 1),
  dataFormat: dataFormatKind,
} satisfies OwnKindsOf<ZeroPadding1DOptions>;

/** Zeros around sequences: see `zeroPadding1d`. */
export class ZeroPadding1D extends Layer<OptionValues<typeof sequenceKinds>> {
  static override readonly className: string = 'ZeroPadding1D';

  constructor(options: ZeroPadding1DOptions = {}) {
    super(options, readLayerOptions(new.target, options, sequenceKinds));
    this.inputSpec = { rank: 3 };
  }

  override call(x: Tensor): Tensor {
    return padded(x, [this.config.padding], this.config.dataFormat);
  }
}

/**
 * Zeros before and after sequences: `[batch, steps, channels]` to `[batch, before + steps + after, channels]`.
 *
 * @example `layers.zeroPadding1d({ padding: [2, 0] })`
 */
export function zeroPadding1d(options: ZeroPadding1DOptions = {}): ZeroPadding1D {
  return new ZeroPadding1D(options);
}

function kinds(axes: number) {
  return {
    padding: optional(marginsKind(axes), 1),
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<ZeroPaddingOptions>;
}

abstract class ZeroPadding extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;

  constructor(options: ZeroPaddingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank)));
    this.inputSpec = { rank: new.target.rank + 2 };
  }

  override call(x: Tensor): Tensor {
    return padded(x, this.config.padding, this.config.dataFormat);
  }
}

/** Zeros around images: see `zeroPadding2d`. */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding2D';
  static override readonly rank = 2;
}

/**
 * Rows and columns of zeros around images.
 *
 * @example `layers.zeroPadding2d({ padding: [[0, 1], [0, 1]] })`
 */
export function zeroPadding2d(options: ZeroPaddingOptions = {}): ZeroPadding2D {
  return new ZeroPadding2D(options);
}

/** Zeros around volumes: see `zeroPadding3d`. */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding3D';
  static override readonly rank = 3;
}

/** Zeros around volumes, on three axes. */
export function zeroPadding3d(options: ZeroPaddingOptions = {}): ZeroPadding3D {
  return new ZeroPadding3D(options);
}
