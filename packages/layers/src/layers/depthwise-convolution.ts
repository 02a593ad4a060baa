import type { Tensor } from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { type ConstraintIdentifier, getConstraint } from '../constraints/index.ts';
import type { CallContext } from '../context.ts';
import { getInitializer, type InitializerIdentifier } from '../initializers/index.ts';
import { getRegularizer, type RegularizerIdentifier } from '../regularizers/index.ts';
import type { Variable } from '../variable.ts';
import { convEachChannel, withChannelsSecond } from './channels-second.ts';
import { ConvolutionLayer } from './convolution-layer.ts';
import { type FilterOptions, filterSettings, type SpatialPadding, spatialPadding } from './convolution-options.ts';
import { positiveInteger } from './options.ts';

/** What layers take that apply filters to each channel alone. */
export interface DepthwiseOptions {
  /** Number of filters of each channel; by default 1. */
  readonly depthMultiplier?: number;
  /** By default `valid`. */
  readonly padding?: SpatialPadding;
  /** By default `glorotUniform`. */
  readonly depthwiseInitializer?: InitializerIdentifier;
  readonly depthwiseRegularizer?: RegularizerIdentifier | null;
  readonly depthwiseConstraint?: ConstraintIdentifier | null;
}

/** What `depthwiseConv1d` and `depthwiseConv2d` take. */
export interface DepthwiseConvolutionOptions extends FilterOptions, DepthwiseOptions {}

/**
 * The options of filters of each channel, checked.
 *
 * @throws ManabiError `argument`
 */
export function depthwiseSettings(className: string, options: DepthwiseOptions) {
  return {
    depthMultiplier: positiveInteger(className, 'depthMultiplier', options.depthMultiplier ?? 1),
    padding: spatialPadding(className, options.padding),
    depthwiseInitializer: getInitializer(options.depthwiseInitializer ?? 'glorotUniform'),
    depthwiseRegularizer: getRegularizer(options.depthwiseRegularizer ?? null),
    depthwiseConstraint: getConstraint(options.depthwiseConstraint ?? null),
  };
}

function resolved(className: string, rank: number, options: DepthwiseConvolutionOptions) {
  return { ...depthwiseSettings(className, options), ...filterSettings(className, rank, options) };
}

abstract class DepthwiseConvolution extends ConvolutionLayer<ReturnType<typeof resolved>> {
  kernel?: Variable;

  constructor(className: string, rank: number, options: DepthwiseConvolutionOptions) {
    checkAreGiven(className, options);
    super(rank, options, resolved(className, rank, options));
  }

  protected override buildKernels(channels: number): number {
    const { kernelSize, depthMultiplier, ...config } = this.config;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...kernelSize, channels, depthMultiplier],
      initializer: config.depthwiseInitializer,
      regularizer: config.depthwiseRegularizer,
      constraint: config.depthwiseConstraint,
    });
    return channels * depthMultiplier;
  }

  protected override filter(x: Tensor, context: CallContext): Tensor {
    const { strides, padding, dilationRate: dilation, dataFormat } = this.config;
    const kernel = context.read(this.kernel);
    return withChannelsSecond(x, dataFormat, (image) => convEachChannel(image, kernel, { strides, padding, dilation }));
  }
}

/** Filters of each channel over sequences: see `depthwiseConv1d`. */
export class DepthwiseConv1D extends DepthwiseConvolution {
  static override readonly className: string = 'DepthwiseConv1D';

  constructor(options: DepthwiseConvolutionOptions) {
    super('DepthwiseConv1D', 1, options);
  }
}

/**
 * Filters that move over sequences and see one channel each: `[batch, steps, channels]` to `[batch, steps', channels *
 * depthMultiplier]`, the results of a channel side by side. Weights: kernel `[size, channels, depthMultiplier]`, bias.
 *
 * @throws ManabiError as `conv1d`
 */
export function depthwiseConv1d(options: DepthwiseConvolutionOptions): DepthwiseConv1D {
  return new DepthwiseConv1D(options);
}

/** Filters of each channel over images: see `depthwiseConv2d`. */
export class DepthwiseConv2D extends DepthwiseConvolution {
  static override readonly className: string = 'DepthwiseConv2D';

  constructor(options: DepthwiseConvolutionOptions) {
    super('DepthwiseConv2D', 2, options);
  }
}

/**
 * Filters that move over images and see one channel each: `[batch, rows, columns, channels]` to `[batch, rows', columns',
 * channels * depthMultiplier]`, the results of a channel side by side. Weights: kernel `[height, width, channels,
 * depthMultiplier]`, bias.
 *
 * @throws ManabiError as `conv2d`
 * @example `layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 })`
 */
export function depthwiseConv2d(options: DepthwiseConvolutionOptions): DepthwiseConv2D {
  return new DepthwiseConv2D(options);
}
