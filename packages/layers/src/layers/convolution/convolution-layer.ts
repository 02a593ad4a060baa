import type { Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import type { PartialShape } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { addToChannels } from '../images/channels-second.ts';
import { knownLength } from '../recurrent/known-length.ts';
import type { FilterConfig, FilterOptions } from './convolution-options.ts';

/**
 * Base class of the convolution layers: checks the number of axes and channels, and applies bias and activation. Subclasses
 * create the kernels and apply them.
 */
export abstract class ConvolutionLayer<Config extends FilterConfig> extends Layer<Config> {
  /** Number of spatial axes of the input: 1, 2 or 3. */
  static readonly rank: number = 0;
  readonly #rank: number;

  constructor(options: FilterOptions, config: Config) {
    super(options, config);
    this.#rank = new.target.rank;
    this.inputSpec = { rank: this.#rank + 2 };
  }

  /** Creates the kernels for a number of input channels, and returns the number of output channels. */
  protected abstract buildKernels(channels: number): number;

  /** Applies the kernels to images in the layer's data format, without bias and activation. */
  protected abstract filter(x: Tensor, context: CallContext): Tensor;

  override build(inputShape: PartialShape): void {
    const axis = this.config.dataFormat === 'channelsLast' ? -1 : 1;
    const channels = knownLength(this, inputShape, axis);
    const filters = this.buildKernels(channels);
    if (this.config.useBias) this.bias = this.#makeBias(filters);
    this.inputSpec = { rank: this.#rank + 2, axes: { [axis]: channels } };
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const { activation, useBias, dataFormat } = this.config;
    const filtered = this.filter(x, context);
    return activation(useBias ? addToChannels(filtered, context.read(this.bias), dataFormat) : filtered);
  }

  bias?: Variable;

  #makeBias(filters: number): Variable {
    const { biasInitializer, biasRegularizer, biasConstraint } = this.config;
    return this.addWeight({
      name: 'bias',
      shape: [filters],
      initializer: biasInitializer,
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }
}
