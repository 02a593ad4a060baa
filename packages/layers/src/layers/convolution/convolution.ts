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

/** Options of `conv2d` and `conv3d`. */
export interface ConvolutionOptions extends FilterOptions, KernelOptions {
  /** Number of channels of the output. */
  readonly filters: number;
  /** Padding (default: `'valid'`). */
  readonly padding?: SpatialPadding;
  /** Number of groups of channels that are convolved separately, each with its own filters (default: 1). */
  readonly groups?: number;
}

/** Options of `conv1d`. */
export interface Conv1DOptions extends Omit<ConvolutionOptions, 'padding'> {
  /** Padding (default: `'valid'`). With `'causal'`, each output step depends only on its own and earlier input steps. */
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
        `The number of input channels of layer '${this.name}' (${this.className}) must be a multiple of \`groups\`; got ` +
          `${channels} channels and ${groups} groups.`,
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
    const padding = this.windowPadding();
    return withChannelsSecond(x, dataFormat, (image) => conv(image, filters, { strides, padding, dilation, groups }));
  }

  /** Returns the padding as `conv` takes it. */
  windowPadding(): WindowPadding {
    const { padding, kernelSize, dilationRate } = this.config;
    return padding === 'causal' ? kernelSize.map((size, axis) => [(size - 1) * dilationRate[axis], 0]) : padding;
  }
}

/** Layer created by `conv1d`. Weights: `kernel` [size, channels / groups, filters], `bias` [filters]. */
export class Conv1D extends Convolution {
  static override readonly className: string = 'Conv1D';
  static override readonly rank = 1;
}

/**
 * Creates a convolution layer for sequences: `y[t] = activation(b + Σₖ x[t · stride + k · dilation] · W[k])`. It maps
 * [batch, steps, channels] to [batch, newSteps, filters]. Causal convolution: A. van den Oord et al., "WaveNet: a
 * generative model for raw audio", 2016.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is longer than the sequence, or
 * for another rank or number of channels
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.conv1d({ filters: 1, kernelSize: 2, padding: 'causal', kernelInitializer: 'ones' });
 * console.log(await layer.apply(tensor([[[1], [2], [3]]])).array()); // [[[1], [3], [5]]]
 * ```
 */
export function conv1d(options: Conv1DOptions): Conv1D {
  return new Conv1D(options);
}

/** Layer created by `conv2d`. Weights: `kernel` [height, width, channels / groups, filters], `bias` [filters]. */
export class Conv2D extends Convolution {
  static override readonly className: string = 'Conv2D';
  static override readonly rank = 2;
}

/**
 * Creates a convolution layer for images: `y[i, j] = activation(b + Σₖₗ x[i · s + k · d, j · s + l · d] · W[k, l])` with
 * stride `s` and dilation `d`. It maps [batch, rows, columns, channels] to [batch, newRows, newColumns, filters]. Source:
 * Y. LeCun et al., "Gradient-based learning applied to document recognition", 1998.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the image, or for
 * another rank or number of channels
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' });
 * console.log(layer.apply(layers.input({ shape: [28, 28, 1] })).shape); // [null, 26, 26, 32]
 * ```
 */
export function conv2d(options: ConvolutionOptions): Conv2D {
  return new Conv2D(options);
}

/** Layer created by `conv3d`. Weights: `kernel` [depth, height, width, channels / groups, filters], `bias` [filters]. */
export class Conv3D extends Convolution {
  static override readonly className: string = 'Conv3D';
  static override readonly rank = 3;
}

/**
 * Creates a convolution layer for volumes: the three-dimensional form of `conv2d`. It maps [batch, planes, rows, columns,
 * channels] to [batch, newPlanes, newRows, newColumns, filters].
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` if the filter is larger than the volume, or for
 * another rank or number of channels
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.conv3d({ filters: 4, kernelSize: 3 });
 * console.log(layer.apply(layers.input({ shape: [8, 8, 8, 1] })).shape); // [null, 6, 6, 6, 4]
 * ```
 */
export function conv3d(options: ConvolutionOptions): Conv3D {
  return new Conv3D(options);
}
