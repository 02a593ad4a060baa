import { ManabiError, slice, type Tensor } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, spatialAxes } from '../images/data-format.ts';
import { type Margin, type Margins, marginKind, marginsKind } from './margins.ts';

/** What `cropping1d` takes. */
export interface Cropping1DOptions extends LayerOptions {
  /** Steps taken off before and after; one number for both. By default 1. */
  readonly cropping?: number | Margin;
}

/** What `cropping2d` and `cropping3d` take. */
export interface CroppingOptions extends LayerOptions {
  /** One number for all sides, one for each axis, or `[before, after]` for each. By default 0 for images, 1 for volumes. */
  readonly cropping?: Margins;
  /** By default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

function cropped(x: Tensor, margins: readonly Margin[], dataFormat: DataFormat): Tensor {
  const axes = spatialAxes(dataFormat, margins.length);
  const start = x.shape.map((_, axis) => margins[axes.indexOf(axis)]?.[0] ?? 0);
  const size = x.shape.map((length, axis) => length - start[axis] - (margins[axes.indexOf(axis)]?.[1] ?? 0));
  const gone = axes.find((axis) => size[axis] <= 0);
  if (gone === undefined) return slice(x, start, size);
  throw new ManabiError(
    'shape',
    `Cropping by [${margins.map((pair) => `[${pair.join(', ')}]`).join(', ')}] leaves nothing of axis ${gone}, of length ` +
      `${x.shape[gone]}.`,
    { op: 'crop', data: { shape: x.shape, cropping: margins, axis: gone } },
  );
}

const sequenceKinds = { cropping: optional(marginKind, 1) } satisfies OwnKindsOf<Cropping1DOptions>;

/** Sequences without their ends: see `cropping1d`. */
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
 * Sequences `[batch, steps, channels]` without their first and last steps.
 *
 * @throws ManabiError `shape`, when applied, if nothing is left
 */
export function cropping1d(options: Cropping1DOptions = {}): Cropping1D {
  return new Cropping1D(options);
}

function kinds(axes: number, byDefault: number) {
  return {
    cropping: optional(marginsKind(axes), byDefault),
    dataFormat: dataFormatKind,
  } satisfies OwnKindsOf<CroppingOptions>;
}

abstract class Cropping extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;
  /** What is cut from each side unless the options say so. */
  static readonly byDefault: number = 0;

  constructor(options: CroppingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank, new.target.byDefault)));
    this.inputSpec = { rank: new.target.rank + 2 };
  }

  override call(x: Tensor): Tensor {
    return cropped(x, this.config.cropping, this.config.dataFormat);
  }
}

/** Images without their margins: see `cropping2d`. */
export class Cropping2D extends Cropping {
  static override readonly className: string = 'Cropping2D';
  static override readonly rank = 2;
  static override readonly byDefault = 0;
}

/**
 * Images without some rows and columns at their sides.
 *
 * @throws ManabiError `shape`, when applied, if nothing is left
 * @example `layers.cropping2d({ cropping: [[2, 2], [4, 4]] })`
 */
export function cropping2d(options: CroppingOptions = {}): Cropping2D {
  return new Cropping2D(options);
}

/** Volumes without their margins: see `cropping3d`. */
export class Cropping3D extends Cropping {
  static override readonly className: string = 'Cropping3D';
  static override readonly rank = 3;
  static override readonly byDefault = 1;
}

/** Volumes without their margins, on three axes. */
export function cropping3d(options: CroppingOptions = {}): Cropping3D {
  return new Cropping3D(options);
}
