import { any, notEqual, type Tensor, where } from '@manabi/core';
import { number, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** What `masking` takes. */
export interface MaskingOptions extends LayerOptions {
  /** What all features of a step that does not count are; by default 0. */
  readonly maskValue?: number;
}

const kinds = { maskValue: optional(number(), 0) } satisfies OwnKindsOf<MaskingOptions>;

/** Steps that do not count: see `masking`. */
export class Masking extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Masking';
  override supportsMasking = true;

  constructor(options: MaskingOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    this.inputSpec = { minRank: 2 };
  }

  override call(x: Tensor): Tensor {
    return where(any(notEqual(x, this.config.maskValue), -1, { keepdims: true }), x, 0);
  }

  override computeMask(x: Tensor): Tensor {
    return any(notEqual(x, this.config.maskValue), -1);
  }
}

/**
 * Masks the steps of `[batch, …, steps, features]` in which all features are `maskValue`, and makes them 0: recurrent
 * layers, attention and losses pass over them.
 *
 * @example `layers.masking({ maskValue: -1 })`
 */
export function masking(options: MaskingOptions = {}): Masking {
  return new Masking(options);
}
