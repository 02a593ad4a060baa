import { conv, type Tensor } from '@manabi/core';
import { type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';
import { asFilters, convEachChannel, withChannelsSecond } from '../images/channels-second.ts';
import { ConvolutionLayer } from './convolution-layer.ts';
import { type FilterOptions, filterKinds } from './convolution-options.ts';
import { type DepthwiseOptions, depthwiseKinds } from './depthwise-convolution.ts';

/** Options of `separableConv1d` and `separableConv2d`. */
export interface SeparableConvolutionOptions extends FilterOptions, DepthwiseOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** Initializer of the pointwise kernel (default: `'glorotUniform'`). */
  readonly pointwiseInitializer?: InitializerIdentifier;
  /** Regularizer of the pointwise kernel (default: null). */
  readonly pointwiseRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the pointwise kernel (default: null). */
  readonly pointwiseConstraint?: ConstraintIdentifier | null;
}

function kinds(rank: number) {
  return {
    filters: positiveInteger,
    ...depthwiseKinds(),
    pointwiseInitializer: optional(initializerKind, 'glorotUniform'),
    pointwiseRegularizer: optional(regularizerKind, null),
    pointwiseConstraint: optional(constraintKind, null),
    ...filterKinds(rank),
  } satisfies OwnKindsOf<SeparableConvolutionOptions>;
}

abstract class SeparableConvolution extends ConvolutionLayer<OptionValues<ReturnType<typeof kinds>>> {
  depthwiseKernel?: Variable;
  pointwiseKernel?: Variable;

  constructor(options: SeparableConvolutionOptions) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank)));
  }

  protected override buildKernels(channels: number): number {
    const { filters, kernelSize, depthMultiplier, ...config } = this.config;
    this.depthwiseKernel = this.addWeight({
      name: 'depthwise_kernel',
      shape: [...kernelSize, channels, depthMultiplier],
      initializer: config.depthwiseInitializer,
      regularizer: config.depthwiseRegularizer,
      constraint: config.depthwiseConstraint,
    });
    this.pointwiseKernel = this.addWeight({
      name: 'pointwise_kernel',
      shape: [...kernelSize.map(() => 1), channels * depthMultiplier, filters],
      initializer: config.pointwiseInitializer,
      regularizer: config.pointwiseRegularizer,
      constraint: config.pointwiseConstraint,
    });
    return filters;
  }

  protected override filter(x: Tensor, context: CallContext): Tensor {
    const { strides, padding, dilationRate: dilation, dataFormat } = this.config;
    const depthwise = context.read(this.depthwiseKernel);
    const pointwise = asFilters(context.read(this.pointwiseKernel));
    return withChannelsSecond(x, dataFormat, (image) =>
      conv(convEachChannel(image, depthwise, { strides, padding, dilation }), pointwise),
    );
  }
}

/**
 * Layer created by `separableConv1d`. Weights: `depthwise_kernel` [size, channels, depthMultiplier], `pointwise_kernel`
 * [1, channels · depthMultiplier, filters], `bias` [filters].
 */
export class SeparableConv1D extends SeparableConvolution {
  static override readonly className: string = 'SeparableConv1D';
  static override readonly rank = 1;
}

/**
 * Creates a separable convolution layer for sequences: a depthwise convolution (filters per channel) and then a pointwise one
 * (size 1, across channels), with one bias and activation at the end. It maps [batch, steps, channels] to [batch, newSteps,
 * filters].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is longer than the sequence, or
 * for another rank or number of channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.separableConv1d({ filters: 6, kernelSize: 3 });
 * console.log(layer.apply(ones([1, 8, 4])).shape); // [1, 6, 6]
 * ```
 */
export function separableConv1d(options: SeparableConvolutionOptions): SeparableConv1D {
  return new SeparableConv1D(options);
}

/**
 * Layer created by `separableConv2d`. Weights: `depthwise_kernel` [height, width, channels, depthMultiplier],
 * `pointwise_kernel` [1, 1, channels · depthMultiplier, filters], `bias` [filters].
 */
export class SeparableConv2D extends SeparableConvolution {
  static override readonly className: string = 'SeparableConv2D';
  static override readonly rank = 2;
}

/**
 * Creates a separable convolution layer for images: a depthwise convolution (filters per channel) and then a pointwise one
 * (size 1, across channels), with one bias and activation at the end. It maps [batch, rows, columns, channels] to [batch,
 * newRows, newColumns, filters]. Source: F. Chollet, "Xception: deep learning with depthwise separable convolutions", 2017.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the image, or for
 * another rank or number of channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.separableConv2d({ filters: 64, kernelSize: 3, padding: 'same' });
 * console.log(layer.apply(ones([1, 8, 8, 4])).shape); // [1, 8, 8, 64]
 * ```
 */
export function separableConv2d(options: SeparableConvolutionOptions): SeparableConv2D {
  return new SeparableConv2D(options);
}
