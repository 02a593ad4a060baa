import { mul, type Tensor } from '@manabi/core';
import { number, type OptionValues, positiveInteger } from '@manabi/errors';
import { type CallContext, initializers, Layer, type LayerOptions, type Variable } from '@manabi/layers';
import { type OwnKindsOf, readLayerOptions } from '@manabi/layers/internal';

/** Options of `LayerScale`. */
export interface LayerScaleOptions extends LayerOptions {
  /** Initial value of all factors. */
  readonly initValues: number;
  /** Number of channels. */
  readonly projectionDim: number;
}

const kinds = { initValues: number(), projectionDim: positiveInteger } satisfies OwnKindsOf<LayerScaleOptions>;

/**
 * Layer of ConvNeXt that multiplies each channel by a trained factor `gamma`. Register it to load a saved model in a
 * program that did not create the network: `register('layer', 'LayerScale', applications.LayerScale)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { applications, tensor } from 'manabi';
 *
 * const result = new applications.LayerScale({ initValues: 0.5, projectionDim: 2 }).apply(tensor([[4, 6]]));
 * console.log(await result.array()); // [[2, 3]]
 * ```
 */
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
      initializer: initializers.constant({ value: initValues }),
    });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return mul(x, context.read(this.gamma));
  }
}
