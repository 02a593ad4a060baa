import { add, layerNorm, mul, reshape, rsqrt, type Tensor, variance } from '@manabi/core';
import { boolean, type OptionValues, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { addGammaBeta, type GammaBetaOptions, gammaBetaKinds, readGammaBeta } from './gamma-beta.ts';

/** Options of the layer `layerNormalization`. */
export interface LayerNormalizationOptions extends GammaBetaOptions {
  /** Axis or axes over which each sample is normalized (default: -1, the last). */
  readonly axis?: number | readonly number[];
  /**
   * Whether the input is divided by its deviation without subtracting the mean first (default: false). Only for models
   * that were saved with this option.
   */
  readonly rmsScaling?: boolean;
}

function kinds() {
  return {
    axis: optional(axesKind, -1),
    rmsScaling: optional(boolean, false),
    ...gammaBetaKinds(),
  } satisfies OwnKindsOf<LayerNormalizationOptions>;
}

/** Returns axes in ascending order, with negative axes converted to positions from the front. */
export function ascendingAxes(axis: number | readonly number[], rank: number): readonly number[] {
  return [axis]
    .flat()
    .map((each) => (each < 0 ? each + rank : each))
    .sort((a, b) => a - b);
}

/** Layer created by `layerNormalization`. Weights, each with the shape of the axes: `gamma`, `beta`. */
export class LayerNormalization extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  static override readonly className: string = 'LayerNormalization';
  override readonly computesInFloat32 = true;
  override supportsMasking = true;
  gamma?: Variable;
  beta?: Variable;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds()));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const { axis, rmsScaling, scale, center } = this.config;
    const axes = ascendingAxes(axis, inputShape.length);
    const shape = axes.map((each) => knownLength(this, inputShape, each));
    const enabled = { ...this.config, scale: scale || rmsScaling, center: center && !rmsScaling };
    ({ gamma: this.gamma, beta: this.beta } = addGammaBeta(this, shape, enabled));
    this.inputSpec = { rank: inputShape.length, axes: Object.fromEntries(axes.map((each, i) => [each, shape[i]])) };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { epsilon, rmsScaling } = this.config;
    const axes = ascendingAxes(this.config.axis, x.rank);
    const affine = readGammaBeta(this, context);
    if (!rmsScaling) return layerNorm(x, { axis: axes, epsilon, ...affine });
    const scaled = mul(x, rsqrt(add(variance(x, axes, { keepdims: true }), epsilon)));
    if (affine.scale === null) return scaled;
    const shape = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
    return mul(scaled, reshape(affine.scale, shape));
  }
}

/**
 * Creates a layer normalization layer: `y = gamma · (x - mean) / sqrt(variance + epsilon) + beta`, with mean and variance
 * of each sample over one or several axes. It computes the same in training and at inference. Source: J. Ba, J. Kiros, G.
 * Hinton, "Layer normalization", 2016.
 *
 * @throws ManabiError `argument` for invalid options; building throws `axis` if the input lacks an axis, `shape` if
 * its length is unknown
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.layerNormalization({ epsilon: 1e-6 }).apply(tensor([[1, 3]])).array()); // [[-1, 1]]
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): LayerNormalization {
  return new LayerNormalization(options);
}
