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

/** Options of the layer `rmsNormalization`. */
export interface RMSNormalizationOptions extends LayerOptions {
  /** Axis or axes over which each sample is normalized (default: -1, the last). */
  readonly axis?: number | readonly number[];
  /** Small number added to the mean square (default: 1e-6). */
  readonly epsilon?: number;
}

const rmsKinds = {
  axis: optional(axesKind, -1),
  epsilon: optional(notNegative, 1e-6),
} satisfies OwnKindsOf<RMSNormalizationOptions>;

/** Layer created by `rmsNormalization`. Weight: `scale`, with the shape of the axes. */
export class RMSNormalization extends Layer<OptionValues<typeof rmsKinds>> {
  static override readonly className: string = 'RMSNormalization';
  override readonly computesInFloat32 = true;
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
 * Creates a root mean square normalization layer: `y = scale · x / sqrt(mean(x²) + epsilon)` over one or several axes.
 * Source: B. Zhang, R. Sennrich, "Root mean square layer normalization", 2019.
 *
 * @throws ManabiError `argument` for invalid options; building throws `axis` if the input lacks an axis, `shape` if
 * its length is unknown
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.rmsNormalization().apply(tensor([[1, 7]])).array()); // [[0.2, 1.4]]
 * ```
 */
export function rmsNormalization(options: RMSNormalizationOptions = {}): RMSNormalization {
  return new RMSNormalization(options);
}

/** Options of the layer `unitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axis or axes over which the norm is computed (default: -1, the last). */
  readonly axis?: number | readonly number[];
}

const unitKinds = { axis: optional(axesKind, -1) } satisfies OwnKindsOf<UnitNormalizationOptions>;

/** Layer created by `unitNormalization`. */
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

/**
 * Creates a layer that scales vectors to Euclidean norm 1: `y = x / sqrt(Σ x²)` over one or several axes. Zero vectors stay
 * zero.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `axis` if the input lacks an axis
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.unitNormalization().apply(tensor([[3, 4]])).array()); // [[0.6, 0.8]]
 * ```
 */
export function unitNormalization(options: UnitNormalizationOptions = {}): UnitNormalization {
  return new UnitNormalization(options);
}

/** Divides vectors along the given axes (null for all axes) by their norm, or by `epsilon` if the norm is smaller. */
export function toUnitLength(x: Tensor, axis: number | readonly number[] | null, epsilon: number): Tensor {
  // The lower bound does not change the result; it keeps the derivative of the square root finite at zero.
  const squares = maximum(sum(square(x), axis, { keepdims: true }), epsilon ** 2 / 4);
  return mul(x, minimum(rsqrt(squares), 1 / epsilon));
}
