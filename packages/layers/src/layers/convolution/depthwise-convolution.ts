import type { Tensor } from '@manabi/core';
import { type KindsOf, type OptionValues, optional, positiveInteger } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { Variable } from '../../variables/variable.ts';
import { convEachChannel, withChannelsSecond } from '../images/channels-second.ts';
import { ConvolutionLayer } from './convolution-layer.ts';
import { type FilterOptions, filterKinds, type SpatialPadding, spatialPadding } from './convolution-options.ts';

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

/** The options of filters of each channel. */
export function depthwiseKinds() {
  return {
    depthMultiplier: optional(positiveInteger, 1),
    padding: spatialPadding,
    depthwiseInitializer: optional(initializerKind, 'glorotUniform'),
    depthwiseRegularizer: optional(regularizerKind, null),
    depthwiseConstraint: optional(constraintKind, null),
  } satisfies KindsOf<DepthwiseOptions>;
}

function kinds(rank: number) {
  return { ...depthwiseKinds(), ...filterKinds(rank) } satisfies OwnKindsOf<DepthwiseConvolutionOptions>;
}

abstract class DepthwiseConvolution extends ConvolutionLayer<OptionValues<ReturnType<typeof kinds>>> {
  kernel?: Variable;

  constructor(options: DepthwiseConvolutionOptions) {
    super(options, readLayerOptions(new.target, options, kinds(new.target.rank)));
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
  static override readonly rank = 1;
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
  static override readonly rank = 2;
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
