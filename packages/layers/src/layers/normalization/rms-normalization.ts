import { maximum, minimum, mul, rmsNorm, rsqrt, square, sum, type Tensor } from '@manabi/core';
import { notNegative, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { ascendingAxes } from './layer-normalization.ts';

/** What `rmsNormalization` takes. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** The axis, or several, over which each sample is normalised; by default the last. */
  readonly axis?: number | readonly number[];
  /** Added to the mean square; by default 1e-6. */
  readonly epsilon?: number;
}

const rmsKinds = {
  axis: optional(axesKind, -1),
  epsilon: optional(notNegative, 1e-6),
} satisfies OwnKindsOf<RMSNormalizationOptions>;

/** Samples of mean square 1: see `rmsNormalization`. Weight: scale, of the shape of the axes. */
export class RMSNormalization extends Layer<OptionValues<typeof rmsKinds>> {
  static override readonly className: string = 'RMSNormalization';
  scale?: Variable;

  constructor(options: RMSNormalizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, rmsKinds));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const axes = ascendingAxes(this.config.axis, inputShape.length);
    const shape = axes.map((axis) => knownLength(this, inputShape, axis));
    this.scale = this.addWeight({ name: 'scale', shape, initializer: 'ones' });
    this.inputSpec = { rank: inputShape.length, axes: Object.fromEntries(axes.map((axis, i) => [axis, shape[i]])) };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { axis, epsilon } = this.config;
    return rmsNorm(x, { axis: ascendingAxes(axis, x.rank), epsilon, scale: context.read(this.scale) });
  }
}

/**
 * Each sample divided by its root mean square over an axis or several, then scaled as is learned: Zhang, Sennrich, 2019.
 *
 * @throws ManabiError `shape` when built, if the length of an axis is not known
 */
export function rmsNormalization(options: RMSNormalizationOptions = {}): RMSNormalization {
  return new RMSNormalization(options);
}

/** What `unitNormalization` takes. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** The axis, or several, over which the length is taken; by default the last. */
  readonly axis?: number | readonly number[];
}

const unitKinds = { axis: optional(axesKind, -1) } satisfies OwnKindsOf<UnitNormalizationOptions>;

/** Vectors of length 1: see `unitNormalization`. */
export class UnitNormalization extends Layer<OptionValues<typeof unitKinds>> {
  static override readonly className: string = 'UnitNormalization';
  override supportsMasking = true;

  constructor(options: UnitNormalizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, unitKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    return toUnitLength(x, this.config.axis, 1e-12);
  }
}

/** Each sample divided by its length (the root of its sum of squares) over an axis or several; zeros stay zeros. */
export function unitNormalization(options: UnitNormalizationOptions = {}): UnitNormalization {
  return new UnitNormalization(options);
}

/** Vectors along axes, all if none are named, divided by their lengths, but by `epsilon` at least. */
export function toUnitLength(x: Tensor, axis: number | readonly number[] | null, epsilon: number): Tensor {
  // The inner bound changes no value; it keeps the root's derivative finite at zero.
  const squares = maximum(sum(square(x), axis, { keepdims: true }), epsilon ** 2 / 4);
  return mul(x, minimum(rsqrt(squares), 1 / epsilon));
}
