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

/** Options of layers that convolve each channel with its own filters. */
export interface DepthwiseOptions {
  /** Number of filters per input channel (default: 1). */
  readonly depthMultiplier?: number;
  /** Padding (default: `'valid'`). */
  readonly padding?: SpatialPadding;
  /** Initializer of the depthwise kernel (default: `'glorotUniform'`). */
  readonly depthwiseInitializer?: InitializerIdentifier;
  /** Regularizer of the depthwise kernel (default: null). */
  readonly depthwiseRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the depthwise kernel (default: null). */
  readonly depthwiseConstraint?: ConstraintIdentifier | null;
}

/** Options of `depthwiseConv1d` and `depthwiseConv2d`. */
export interface DepthwiseConvolutionOptions extends FilterOptions, DepthwiseOptions {}

/** Returns validators for the options of layers that convolve each channel with its own filters. */
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

/** Layer created by `depthwiseConv1d`. Weights: `kernel` [size, channels, depthMultiplier], `bias`. */
export class DepthwiseConv1D extends DepthwiseConvolution {
  static override readonly className: string = 'DepthwiseConv1D';
  static override readonly rank = 1;
}

/**
 * Creates a depthwise convolution layer for sequences: each channel is convolved with its own filters. It maps [batch, steps,
 * channels] to [batch, newSteps, channels · depthMultiplier], with the results of one channel adjacent.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is longer than the sequence, or
 * for another rank or number of channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 });
 * console.log(layer.apply(ones([1, 5, 2])).shape); // [1, 3, 4]
 * ```
 */
export function depthwiseConv1d(options: DepthwiseConvolutionOptions): DepthwiseConv1D {
  return new DepthwiseConv1D(options);
}

/** Layer created by `depthwiseConv2d`. Weights: `kernel` [height, width, channels, depthMultiplier], `bias`. */
export class DepthwiseConv2D extends DepthwiseConvolution {
  static override readonly className: string = 'DepthwiseConv2D';
  static override readonly rank = 2;
}

/**
 * Creates a depthwise convolution layer for images: each channel is convolved with its own filters. It maps [batch, rows,
 * columns, channels] to [batch, newRows, newColumns, channels · depthMultiplier], with the results of one channel adjacent.
 * Source: A. Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the image, or for
 * another rank or number of channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 });
 * console.log(layer.apply(ones([1, 5, 5, 3])).shape); // [1, 5, 5, 6]
 * ```
 */
export function depthwiseConv2d(options: DepthwiseConvolutionOptions): DepthwiseConv2D {
  return new DepthwiseConv2D(options);
}
