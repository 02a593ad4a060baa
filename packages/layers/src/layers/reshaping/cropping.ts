import { ManabiError, slice, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Margin, type Margins, marginKind, marginsKind } from './margins.ts';

/** Options of the layer `cropping1d`. */
export interface Cropping1DOptions extends LayerOptions {
  /** Number of steps to remove at each end, or `[before, after]` (default: 1). */
  readonly cropping?: number | Margin;
}

/** Options of `cropping2d` and `cropping3d`. */
export interface CroppingOptions extends LayerOptions {
  /**
   * Number of elements to remove: one number for all sides, one per axis, or `[before, after]` per axis (default: 0 for
   * images, 1 for volumes).
   */
  readonly cropping?: Margins;
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: DataFormat;
}

function cropped(x: Tensor, margins: readonly Margin[], dataFormat: DataFormat): Tensor {
  const axes = spatialAxes(dataFormat, margins.length);
  const start = x.shape.map((_, axis) => margins[axes.indexOf(axis)]?.[0] ?? 0);
  const size = x.shape.map((length, axis) => length - start[axis] - (margins[axes.indexOf(axis)]?.[1] ?? 0));
  const emptyAxis = axes.find((axis) => size[axis] <= 0);
  if (emptyAxis === undefined) return slice(x, start, size);
  throw new ManabiError(
    'shape',
    `\`cropping\` [${margins.map((pair) => `[${pair.join(', ')}]`).join(', ')}] leaves no elements on axis ${emptyAxis} of length ` +
      `${x.shape[emptyAxis]}. Reduce \`cropping\`.`,
    { op: 'crop', data: { shape: x.shape, cropping: margins, axis: emptyAxis } },
  );
}

const sequenceKinds = { cropping: optional(marginKind, 1) } satisfies OwnKindsOf<Cropping1DOptions>;

/** Layer created by `cropping1d`. */
export class Cropping1D extends Layer<OptionValues<typeof sequenceKinds>> {
  static override readonly className: string = 'Cropping1D';

  constructor(options: Cropping1DOptions = {}) {
    super(options, readLayerOptions(new.target, options, sequenceKinds));
    this.inputSpec = { rank: 3 };
  }

  override call(x: Tensor): Tensor {
    return cropped(x, [this.config.cropping], 'channelsLast');
  }
}

/**
 * Creates a layer that removes the first and last steps of sequences [batch, steps, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if no steps remain
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const result = layers.cropping1d({ cropping: [1, 0] }).apply(tensor([[[1], [2], [3]]]));
 * console.log(await result.array()); // [[[2], [3]]]
 * ```
 */
export function cropping1d(options: Cropping1DOptions = {}): Cropping1D {
  return new Cropping1D(options);
}

function kinds(axes: number, defaultCropping: number) {
  return {
    cropping: optional(marginsKind(axes), defaultCropping),
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<CroppingOptions>;
}

abstract class Cropping extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  /** Default of the option `cropping`: number of elements removed at each side. */
  static readonly defaultCropping: number = 0;

  constructor(options: CroppingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank, new.target.defaultCropping)));
    this.inputSpec = { rank: new.target.rank + 2 };
  }

  override call(x: Tensor): Tensor {
    return cropped(x, this.config.cropping, this.config.dataFormat);
  }
}

/** Layer created by `cropping2d`. */
export class Cropping2D extends Cropping {
  static override readonly className: string = 'Cropping2D';
  static override readonly rank = 2;
  static override readonly defaultCropping = 0;
}

/**
 * Creates a layer that removes rows and columns at the sides of images [batch, rows, columns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if no rows or columns remain
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.cropping2d({ cropping: [[2, 2], [4, 4]] });
 * console.log(layer.apply(layers.input({ shape: [28, 28, 3] })).shape); // [null, 24, 20, 3]
 * ```
 */
export function cropping2d(options: CroppingOptions = {}): Cropping2D {
  return new Cropping2D(options);
}

/** Layer created by `cropping3d`. */
export class Cropping3D extends Cropping {
  static override readonly className: string = 'Cropping3D';
  static override readonly rank = 3;
  static override readonly defaultCropping = 1;
}

/**
 * Creates a layer that removes planes, rows and columns at the sides of volumes [batch, planes, rows, columns, channels].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if an axis would be empty
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * console.log(layers.cropping3d().apply(layers.input({ shape: [8, 8, 8, 1] })).shape); // [null, 6, 6, 6, 1]
 * ```
 */
export function cropping3d(options: CroppingOptions = {}): Cropping3D {
  return new Cropping3D(options);
}
