import { any, notEqual, type Tensor, where } from '@manabi/core';
import { number, type OptionValues, optional } from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';

/** Options of the layer `masking`. */
export interface MaskingOptions extends LayerOptions {
  /** Value that marks steps to mask: steps in which all features equal it (default: 0). */
  readonly maskValue?: number;
}

const kinds = { maskValue: optional(number(), 0) } satisfies OwnKindsOf<MaskingOptions>;

/** Layer created by `masking`. */
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
 * Creates a layer that masks steps. In an input [batch, ..., steps, features], steps whose features all equal `maskValue`
 * are set to 0 and masked; recurrent layers, attention and losses skip masked steps.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for inputs of rank 0 or 1
 * @example
 * ```ts
 * import { layers, maskOf, tensor } from 'manabi';
 *
 * const y = layers.masking().apply(tensor([[[1, 2], [0, 0]]]));
 * console.log(await maskOf(y)?.array()); // [[true, false]]
 * ```
 */
export function masking(options: MaskingOptions = {}): Masking {
  return new Masking(options);
}
