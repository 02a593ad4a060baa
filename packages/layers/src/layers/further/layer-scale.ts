import { mul, type Tensor } from '@manabi/core';
import { number, type OptionValues, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { constant } from '../../initializers/constant.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Variable } from '../../variables/variable.ts';

/** Options of the layer `layerScale`. */
export interface LayerScaleOptions extends LayerOptions {
  /** Initial value of all factors. */
  readonly initValues: number;
  /** Length of the last axis. */
  readonly projectionDim: number;
}

const kinds = { initValues: number(), projectionDim: positiveInteger } satisfies OwnKindsOf<LayerScaleOptions>;

/** Layer created by `layerScale`. Weight: `gamma` [projectionDim]. */
export class LayerScale extends Layer<OptionValues<typeof kinds>> {
  static override readonly className: string = 'LayerScale';
  gamma?: Variable;

  constructor(options: LayerScaleOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override build(): void {
    const { initValues, projectionDim } = this.config;
    this.gamma = this.addWeight({
      name: 'gamma',
      shape: [projectionDim],
      initializer: constant({ value: initValues }),
    });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return mul(x, context.read(this.gamma));
  }
}

/**
 * Creates the layer of ConvNeXt that multiplies the last axis by trained factors. The output has the shape of the input.
 * Source: H. Touvron et al., "Going deeper with Image Transformers", 2021.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layerScale } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * console.log(await layerScale({ initValues: 0.5, projectionDim: 2 }).apply(ones([1, 2])).array()); // [[0.5, 0.5]]
 * ```
 */
export function layerScale(options: LayerScaleOptions): LayerScale {
  return new LayerScale(options);
}
