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

/** What `separableConv1d` and `separableConv2d` take. */
export interface SeparableConvolutionOptions extends FilterOptions, DepthwiseOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** By default `glorotUniform`. */
  readonly pointwiseInitializer?: InitializerIdentifier;
  readonly pointwiseRegularizer?: RegularizerIdentifier | null;
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
    const each = context.read(this.depthwiseKernel);
    const across = asFilters(context.read(this.pointwiseKernel));
    return withChannelsSecond(x, dataFormat, (image) =>
      conv(convEachChannel(image, each, { strides, padding, dilation }), across),
    );
  }
}

/** Filters of each channel, then across channels, over sequences: see `separableConv1d`. */
export class SeparableConv1D extends SeparableConvolution {
  static override readonly className: string = 'SeparableConv1D';
  static override readonly rank = 1;
}

/**
 * Filters that move over each channel of sequences, then a mixture of channels at each step; bias and activation come at
 * the end. Weights: depthwise kernel `[size, channels, depthMultiplier]`, pointwise kernel `[1, channels *
 * depthMultiplier, filters]`, bias `[filters]`.
 *
 * @throws ManabiError as `conv1d`
 */
export function separableConv1d(options: SeparableConvolutionOptions): SeparableConv1D {
  return new SeparableConv1D(options);
}

/** Filters of each channel, then across channels, over images: see `separableConv2d`. */
export class SeparableConv2D extends SeparableConvolution {
  static override readonly className: string = 'SeparableConv2D';
  static override readonly rank = 2;
}

/**
 * Filters that move over each channel of images, then a mixture of channels at each place; bias and activation come at the
 * end. Weights: depthwise kernel `[height, width, channels, depthMultiplier]`, pointwise kernel `[1, 1, channels *
 * depthMultiplier, filters]`, bias `[filters]`.
 *
 * @throws ManabiError as `conv2d`
 * @example `layers.separableConv2d({ filters: 64, kernelSize: 3, padding: 'same' })`
 */
export function separableConv2d(options: SeparableConvolutionOptions): SeparableConv2D {
  return new SeparableConv2D(options);
}
