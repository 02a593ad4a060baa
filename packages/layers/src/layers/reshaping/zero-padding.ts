import { pad, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Margin, type Margins, marginKind, marginsKind } from './margins.ts';

/** Options of the layer `zeroPadding1d`. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /** Number of zero steps to add at each end, or `[before, after]` (default: 1). */
  readonly padding?: number | Margin;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

/** Options of `zeroPadding2d` and `zeroPadding3d`. */
export interface ZeroPaddingOptions extends LayerOptions {
  /** Number of zeros to add: one number for all sides, one per axis, or `[before, after]` per axis (default: 1). */
  readonly padding?: Margins;
  /** Position of the channel axis (default: `'channelsLast'`). */
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

/** Layer created by `zeroPadding1d`. */
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
 * Creates a layer that adds steps of zeros before and after sequences: [batch, steps, channels] becomes
 * [batch, before + steps + after, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const result = layers.zeroPadding1d({ padding: [2, 0] }).apply(tensor([[[7]]]));
 * console.log(await result.array()); // [[[0], [0], [7]]]
 * ```
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
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;

  constructor(options: ZeroPaddingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank)));
    this.inputSpec = { rank: new.target.rank + 2 };
  }

  override call(x: Tensor): Tensor {
    return padded(x, this.config.padding, this.config.dataFormat);
  }
}

/** Layer created by `zeroPadding2d`. */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding2D';
  static override readonly rank = 2;
}

/**
 * Creates a layer that adds rows and columns of zeros around images [batch, rows, columns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.zeroPadding2d({ padding: [[0, 1], [0, 1]] });
 * console.log(layer.apply(layers.input({ shape: [28, 28, 3] })).shape); // [null, 29, 29, 3]
 * ```
 */
export function zeroPadding2d(options: ZeroPaddingOptions = {}): ZeroPadding2D {
  return new ZeroPadding2D(options);
}

/** Layer created by `zeroPadding3d`. */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly className: string = 'ZeroPadding3D';
  static override readonly rank = 3;
}

/**
 * Creates a layer that adds planes, rows and columns of zeros around volumes [batch, planes, rows, columns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * console.log(layers.zeroPadding3d().apply(layers.input({ shape: [2, 2, 2, 1] })).shape); // [null, 4, 4, 4, 1]
 * ```
 */
export function zeroPadding3d(options: ZeroPaddingOptions = {}): ZeroPadding3D {
  return new ZeroPadding3D(options);
}
