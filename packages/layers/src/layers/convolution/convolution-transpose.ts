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

/** What the transposed convolutions take. */
export interface ConvolutionTransposeOptions extends FilterOptions, KernelOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** By default `valid`. */
  readonly padding?: SpatialPadding;
  /**
   * Places more at the end of the output; less than `strides`. By default as many as give length · stride with `same`, and
   * (length - 1) · stride + the larger of stride and span of the filter with `valid`.
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
  /** Places that a filter spans. */
  readonly span: number;
  readonly stride: number;
  readonly outputPadding: number | null;
}

/** Places to cut from the start and the end of a whole transposed convolution, as Keras does; less than 0 is to add. */
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

/** Transposed convolution over sequences: see `conv1dTranspose`. */
export class Conv1DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv1DTranspose';
  static override readonly rank = 1;
}

/**
 * Longer sequences by filters: the gradient of `conv1d`. Weights: kernel `[size, filters, channels]`, bias `[filters]`.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if channels do not fit
 */
export function conv1dTranspose(options: ConvolutionTransposeOptions): Conv1DTranspose {
  return new Conv1DTranspose(options);
}

/** Transposed convolution over images: see `conv2dTranspose`. */
export class Conv2DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv2DTranspose';
  static override readonly rank = 2;
}

/**
 * Larger images by filters: the gradient of `conv2d`. Weights: kernel `[height, width, filters, channels]` (filters before
 * channels, unlike `conv2d`), bias `[filters]`.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if channels do not fit
 * @example `layers.conv2dTranspose({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' })` // twice as large
 */
export function conv2dTranspose(options: ConvolutionTransposeOptions): Conv2DTranspose {
  return new Conv2DTranspose(options);
}

/** Transposed convolution over volumes: see `conv3dTranspose`. */
export class Conv3DTranspose extends ConvolutionTranspose {
  static override readonly className: string = 'Conv3DTranspose';
  static override readonly rank = 3;
}

/** Larger volumes by filters: the gradient of `conv3d`. Weights: kernel `[...size, filters, channels]`, bias `[filters]`. */
export function conv3dTranspose(options: ConvolutionTransposeOptions): Conv3DTranspose {
  return new Conv3DTranspose(options);
}
