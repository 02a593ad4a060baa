import { convTranspose, type PerAxis, type Tensor } from '@manabi/core';
import { count, eachOf, nullable, optional, positiveInteger, wrongArgument } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { asFilters, withChannelsSecond } from '../images/channels-second.ts';
import { ConvolutionLayer } from './convolution-layer.ts';
import {
  type FilterOptions,
  filterKinds,
  type KernelOptions,
  kernelKinds,
  type SpatialPadding,
  spatialPadding,
} from './convolution-options.ts';

/** Options of the transposed convolution layers. */
export interface ConvolutionTransposeOptions extends FilterOptions, KernelOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** Padding (default: `'valid'`). */
  readonly padding?: SpatialPadding;
  /**
   * Additional positions at the end of the output; less than `strides`. Default: null, for an output length of
   * `length · stride` with `'same'` padding and `(length - 1) · stride + max(stride, span)` with `'valid'`, where `span` is
   * `(kernelSize - 1) · dilationRate + 1`.
   */
  readonly outputPadding?: PerAxis | null;
}

function kinds(rank: number) {
  return {
    filters: positiveInteger,
    padding: spatialPadding,
    outputPadding: optional(nullable(eachOf(count, rank)), null),
    ...filterKinds(rank),
    ...kernelKinds(),
  } satisfies OwnKindsOf<ConvolutionTransposeOptions>;
}

function resolved(layerClass: LayerClassName, rank: number, options: ConvolutionTransposeOptions) {
  const config = readLayerOptions(layerClass, options, kinds(rank));
  const { outputPadding, strides } = config;
  if (outputPadding?.some((more, axis) => more >= strides[axis])) {
    const expected = `less than strides, [${strides.join(', ')}], on each axis`;
    throw wrongArgument({ op: classNameOf(layerClass), name: 'outputPadding' }, expected, outputPadding);
  }
  return config;
}

interface Axis {
  /** Number of input positions that a dilated filter covers. */
  readonly span: number;
  readonly stride: number;
  readonly outputPadding: number | null;
}

/**
 * Returns how many positions of the full transposed convolution Keras removes at its start and end; a negative number
 * means that positions are appended.
 */
function cuts({ span, stride, outputPadding }: Axis, padding: SpatialPadding): readonly [number, number] {
  if (padding === 'valid') return [0, -(outputPadding ?? Math.max(span, stride) - span)];
  const around = outputPadding === null ? stride + span - 2 : span + (span % 2) - 2 + outputPadding;
  const before = Math.min(Math.ceil(around / 2), span - 1);
  return [span - 1 - before, span - 1 - (around - before)];
}

abstract class ConvolutionTranspose extends ConvolutionLayer<ReturnType<typeof resolved>> {
  kernel?: Variable;

  constructor(options: ConvolutionTransposeOptions) {
    super(options, resolved(new.target, new.target.rank, options));
  }

  protected override buildKernels(channels: number): number {
    const { filters, kernelSize, kernelInitializer, kernelRegularizer, kernelConstraint } = this.config;
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...kernelSize, filters, channels],
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    return filters;
  }

  protected override filter(x: Tensor, context: CallContext): Tensor {
    const { strides, kernelSize, dilationRate, outputPadding, dataFormat } = this.config;
    const filters = asFilters(context.read(this.kernel));
    const padding = kernelSize.map((size, axis) => {
      const span = (size - 1) * dilationRate[axis] + 1;
      const of = { span, stride: strides[axis], outputPadding: outputPadding === null ? null : outputPadding[axis] };
      return cuts(of, this.config.padding);
    });
    const options = { strides, padding, dilation: dilationRate };
    return withChannelsSecond(x, dataFormat, (image) => convTranspose(image, filters, options));
  }
}

/** Layer created by `conv1dTranspose`. Weights: `kernel` [size, filters, channels], `bias` [filters]. */
export class Conv1DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv1DTranspose';
  static override readonly rank = 1;
}

/**
 * Creates a transposed convolution layer for sequences, the gradient of `conv1d` with respect to its input. It maps [batch,
 * steps, channels] to [batch, newSteps, filters]. Source: M. Zeiler et al., "Deconvolutional networks", 2010.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for another rank or number of channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.conv1dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(layer.apply(ones([1, 4, 3])).shape); // [1, 8, 2]
 * ```
 */
export function conv1dTranspose(options: ConvolutionTransposeOptions): Conv1DTranspose {
  return new Conv1DTranspose(options);
}

/** Layer created by `conv2dTranspose`. Weights: `kernel` [height, width, filters, channels], `bias` [filters]. */
export class Conv2DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv2DTranspose';
  static override readonly rank = 2;
}

/**
 * Creates a transposed convolution layer for images, the gradient of `conv2d` with respect to its input. It maps
 * [batch, rows, columns, channels] to [batch, newRows, newColumns, filters]. In the kernel, filters precede channels,
 * unlike in `conv2d`. Source: M. Zeiler et al., "Deconvolutional networks", 2010.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for another rank or number of channels
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' });
 * console.log(layer.apply(layers.input({ shape: [7, 7, 32] })).shape); // [null, 14, 14, 16]
 * ```
 */
export function conv2dTranspose(options: ConvolutionTransposeOptions): Conv2DTranspose {
  return new Conv2DTranspose(options);
}

/** Layer created by `conv3dTranspose`. Weights: `kernel` [depth, height, width, filters, channels], `bias` [filters]. */
export class Conv3DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv3DTranspose';
  static override readonly rank = 3;
}

/**
 * Creates a transposed convolution layer for volumes, the gradient of `conv3d` with respect to its input. It maps [batch,
 * planes, rows, columns, channels] to [batch, newPlanes, newRows, newColumns, filters]. Source: M. Zeiler et al.,
 * "Deconvolutional networks", 2010.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` for another rank or number of channels
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.conv3dTranspose({ filters: 4, kernelSize: 2, strides: 2 });
 * console.log(layer.apply(layers.input({ shape: [4, 4, 4, 1] })).shape); // [null, 8, 8, 8, 4]
 * ```
 */
export function conv3dTranspose(options: ConvolutionTransposeOptions): Conv3DTranspose {
  return new Conv3DTranspose(options);
}
