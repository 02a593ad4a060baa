import { add, astype, mul, type Tensor, tensor } from '@manabi/core';
import { number, type OptionValues, oneOrMany, optional } from '@manabi/errors';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of the layer `rescaling`. */
export interface RescalingOptions extends LayerOptions {
  /** Factor that inputs are multiplied by: one number, or one per channel. */
  readonly scale: number | readonly number[];
  /** Number added after the multiplication: one number, or one per channel (default: 0). */
  readonly offset?: number | readonly number[];
}

const perChannel = oneOrMany(number());

const kinds = { scale: perChannel, offset: optional(perChannel, 0) } satisfies OwnKindsOf<RescalingOptions>;

/** Layer created by `rescaling`. */
export class Rescaling extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Rescaling';
  override supportsMasking = true;

  constructor(options: RescalingOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    const { scale, offset } = this.config;
    const operand = (value: number | readonly number[]): number | Tensor =>
      typeof value === 'number' ? value : tensor(value, { dtype: this.computeDtype });
    const scaled = mul(astype(x, this.computeDtype), operand(scale));
    return offset === 0 ? scaled : add(scaled, operand(offset));
  }
}

/**
 * Creates a layer that rescales values, in training and at inference: `y = x · scale + offset`. The output is float32
 * unless the option `dtype` is set.
 *
 * @throws ManabiError `argument` if `scale` is missing or an option is invalid; `apply` throws `shape` if a list of factors
 * does not match the last axis
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.rescaling({ scale: 1 / 255 }); // pixels to [0, 1]
 * console.log(await layer.apply(tensor([0, 255])).array()); // [0, 1]
 * ```
 */
export function rescaling(options: RescalingOptions): Rescaling {
  return new Rescaling(options);
}
