import { any, notEqual, type Tensor, where } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { Layer, type LayerOptions } from '../layer.ts';

/** What `masking` takes. */
export interface MaskingOptions extends LayerOptions {
  /** What all features of a step that does not count are; by default 0. */
  readonly maskValue?: number;
}

/** Steps that do not count: see `masking`. */
export class Masking extends Layer<{ readonly maskValue: number }> {
  static override readonly className: string = 'Masking';
  override supportsMasking = true;

  constructor(options: MaskingOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { maskValue: options.maskValue ?? 0 });
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
