import { mul, type Tensor } from '@manabi/core';
import { number, positiveInteger, readArgument } from '@manabi/errors';
import { type CallContext, initializers, Layer, type LayerOptions, type Variable } from '@manabi/layers';

/** Options of `LayerScale`. */
export interface LayerScaleOptions extends LayerOptions {
  /** Initial value of all factors. */
  readonly initValues: number;
  /** Number of channels. */
  readonly projectionDim: number;
}

/**
 * Layer of ConvNeXt that multiplies each channel by a trained factor `gamma`. Register it to load a saved model in a
 * program that did not create the network: `register('layer', 'LayerScale', applications.LayerScale)`.
 *
 * @example
 * ```ts
 * new applications.LayerScale({ initValues: 0.5, projectionDim: 2 }).apply(tensor([[4, 6]])); // => [[2, 3]]
 * ```
 */
export class LayerScale extends Layer<{ readonly initValues: number; readonly projectionDim: number }> {
  static override readonly className: string = 'LayerScale';
  gamma?: Variable;

  constructor(options: LayerScaleOptions) {
    super(options, {
      initValues: readArgument('LayerScale', 'initValues', options.initValues, number()),
      projectionDim: readArgument('LayerScale', 'projectionDim', options.projectionDim, positiveInteger),
    });
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
