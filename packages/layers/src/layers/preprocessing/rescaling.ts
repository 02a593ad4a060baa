import { add, astype, mul, type Tensor, tensor } from '@manabi/core';
import { number, type OptionValues, oneOrMany, optional } from '@manabi/errors';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** What `rescaling` takes. */
export interface RescalingOptions extends LayerOptions {
  /** A factor, or one for each channel. */
  readonly scale: number | readonly number[];
  /** Added after that, or one for each channel; by default 0. */
  readonly offset?: number | readonly number[];
}

const perChannel = oneOrMany(number());

const kinds = { scale: perChannel, offset: optional(perChannel, 0) } satisfies OwnKindsOf<RescalingOptions>;

/** Values in another range: see `rescaling`. */
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
      typeof value === 'number' ? value : tensor(value, { dtype: this.dtype });
    const scaled = mul(astype(x, this.dtype), operand(scale));
    return offset === 0 ? scaled : add(scaled, operand(offset));
  }
}

/**
 * `x * scale + offset`, as float, in training and after.
 *
 * @example `layers.rescaling({ scale: 1 / 255 })` // pixels to numbers from 0 to 1
 */
export function rescaling(options: RescalingOptions): Rescaling {
  return new Rescaling(options);
}
