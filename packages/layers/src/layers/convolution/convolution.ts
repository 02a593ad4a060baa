import { conv, ManabiError, type Tensor, type WindowPadding } from '@manabi/core';
import { oneOf, optional, positiveInteger } from '@manabi/errors';
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
} from './convolution-options.ts';

/** What `conv2d` and `conv3d` take. */
export interface ConvolutionOptions extends FilterOptions, KernelOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** By default `valid`. */
  readonly padding?: SpatialPadding;
  /** Equal groups of channels and of filters that know nothing of one another; by default 1. */
  readonly groups?: number;
}

/** What `conv1d` takes. */
export interface Conv1DOptions extends Omit<ConvolutionOptions, 'padding'> {
  /** `causal` lets a step see itself and those before it alone. By default `valid`. */
  readonly padding?: SpatialPadding | 'causal';
}

function kinds(rank: number) {
  return {
    filters: positiveInteger,
    groups: optional(positiveInteger, 1),
    padding: optional(rank === 1 ? oneOf('valid', 'same', 'causal') : oneOf('valid', 'same'), 'valid'),
    ...filterKinds(rank),
    ...kernelKinds(),
  } satisfies OwnKindsOf<Conv1DOptions>;
}

function resolved(layerClass: LayerClassName, rank: number, options: Conv1DOptions) {
  const config = readLayerOptions(layerClass, options, kinds(rank));
  const { filters, groups } = config;
  if (filters % groups !== 0) {
    throw new ManabiError(
      'argument',
      `\`filters\` must be a multiple of \`groups\`; got ${filters} filters and ${groups} groups.`,
      { op: classNameOf(layerClass), data: { name: 'filters', filters, groups } },
    );
  }
  return config;
}

abstract class Convolution extends ConvolutionLayer<ReturnType<typeof resolved>> {
  kernel?: Variable;

  constructor(options: Conv1DOptions) {
    super(options, resolved(new.target, new.target.rank, options));
  }

  protected override buildKernels(channels: number): number {
    const { filters, groups, kernelSize, kernelInitializer, kernelRegularizer, kernelConstraint } = this.config;
    if (channels % groups !== 0) {
      throw new ManabiError(
        'shape',
        `Layer '${this.name}' (${this.className}) cannot share ${channels} channels among ${groups} groups: the number of ` +
          'channels must be a multiple of groups.',
        { op: this.className, data: { layer: this.name, channels, groups } },
      );
    }
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [...kernelSize, channels / groups, filters],
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    return filters;
  }

  protected override filter(x: Tensor, context: CallContext): Tensor {
    const { strides, dilationRate: dilation, groups, dataFormat } = this.config;
    const filters = asFilters(context.read(this.kernel));
    const padding = this.#padding();
    return withChannelsSecond(x, dataFormat, (image) => conv(image, filters, { strides, padding, dilation, groups }));
  }

  #padding(): WindowPadding {
    const { padding, kernelSize, dilationRate } = this.config;
    return padding === 'causal' ? kernelSize.map((size, axis) => [(size - 1) * dilationRate[axis], 0]) : padding;
  }
}

/** Convolution over sequences: see `conv1d`. */
export class Conv1D extends Convolution {
  static override readonly className: string = 'Conv1D';
  static override readonly rank = 1;
}

/**
 * Filters that move over sequences: `[batch, steps, channels]` to `[batch, steps', filters]`. Weights: kernel `[size,
 * channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if a filter is longer than the sequence, or
 * channels do not fit
 * @example `layers.conv1d({ filters: 32, kernelSize: 3, padding: 'causal', dilationRate: 2 })`
 */
export function conv1d(options: Conv1DOptions): Conv1D {
  return new Conv1D(options);
}

/** Convolution over images: see `conv2d`. */
export class Conv2D extends Convolution {
  static override readonly className: string = 'Conv2D';
  static override readonly rank = 2;
}

/**
 * Filters that move over images: `[batch, rows, columns, channels]` to `[batch, rows', columns', filters]`. Weights: kernel
 * `[height, width, channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ManabiError `argument` for wrong options; when applied, `shape` if a filter is larger than the image, or
 * channels do not fit
 * @example `layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' })`
 */
export function conv2d(options: ConvolutionOptions): Conv2D {
  return new Conv2D(options);
}

/** Convolution over volumes: see `conv3d`. */
export class Conv3D extends Convolution {
  static override readonly className: string = 'Conv3D';
  static override readonly rank = 3;
}

/**
 * Filters that move over volumes: `[batch, planes, rows, columns, channels]` to the same with `filters` channels. Weights:
 * kernel `[depth, height, width, channels / groups, filters]`, bias `[filters]`.
 *
 * @throws ManabiError as `conv2d`
 */
export function conv3d(options: ConvolutionOptions): Conv3D {
  return new Conv3D(options);
}
