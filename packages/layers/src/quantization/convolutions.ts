import { index, moveaxis, reshape, type Tensor } from '@manabi/core';
import type { CallContext } from '../call/context.ts';
import type { Layer } from '../layer/layer.ts';
import { Conv1D, Conv2D, Conv3D } from '../layers/convolution/convolution.ts';
import { addToChannels } from '../layers/images/channels-second.ts';
import type { Variable } from '../variables/variable.ts';
import { quantizedConvolution, quantizedMatmul } from './products.ts';

type Convolution = Conv1D | Conv2D | Conv3D;

/** A quantized kernel, and its scales. */
interface Kernel {
  readonly stored: Variable;
  readonly scale: Variable;
}

/**
 * Returns the function that computes a convolution as products of integers; null for layers that convert their kernels to floats,
 * because that is faster.
 */
export function convolutionOfIntegers(layer: Layer, kernel: Kernel): Layer['call'] | null {
  if (!(layer instanceof Conv1D || layer instanceof Conv2D || layer instanceof Conv3D)) return null;
  if (!isFasterInIntegers(layer, kernel.stored.shape)) return null;
  const { dataFormat, activation, useBias } = layer.config;
  const multiply = isPointwise(layer) ? pointwise : windowed;
  return (x: Tensor, context: CallContext) => {
    const last = dataFormat === 'channelsLast' ? x : moveaxis(x, 1, -1);
    const sums = multiply(layer, last, context.read(kernel.stored), context.read(kernel.scale));
    const result = dataFormat === 'channelsLast' ? sums : moveaxis(sums, -1, 1);
    return activation(useBias ? addToChannels(result, context.read(layer.bias), dataFormat) : result);
  };
}

/** Least lengths with which products of integers save more time than it takes to quantize the inputs, and to scale the sums. */
const LEAST_TERMS = 32;
const LEAST_FILTERS = 64;

/** Least numbers of channels and filters with which they are faster than Winograd's algorithm, which has to transform all filters. */
const LEAST_BESIDE_WINOGRAD = 256;

function isFasterInIntegers({ config }: Convolution, kernelShape: readonly number[]): boolean {
  const { groups, kernelSize, strides, dilationRate } = config;
  const [channels, filters] = kernelShape.slice(-2);
  if (groups > 1 || filters < LEAST_FILTERS) return false;
  const isWinograd =
    kernelSize.length === 2 &&
    kernelSize.every((size) => size === 3) &&
    [...strides, ...dilationRate].every((step) => step === 1);
  if (isWinograd) return Math.min(channels, filters) >= LEAST_BESIDE_WINOGRAD;
  return kernelSize.reduce((product, size) => product * size, channels) >= LEAST_TERMS;
}

function isPointwise({ config }: Convolution): boolean {
  return config.kernelSize.every((size) => size === 1);
}

/** Computes a convolution of size 1 as a product of matrices. */
function pointwise({ config }: Convolution, x: Tensor, kernel: Tensor, scale: Tensor): Tensor {
  const read = config.strides.every((stride) => stride === 1)
    ? x
    : index(x, [], ...config.strides.map((stride) => [null, null, stride]), []);
  return quantizedMatmul(read, reshape(kernel, kernel.shape.slice(-2)), scale);
}

function windowed(layer: Convolution, x: Tensor, kernel: Tensor, scale: Tensor): Tensor {
  const { strides, dilationRate: dilation } = layer.config;
  return quantizedConvolution(x, kernel, scale, { strides, dilation, padding: layer.windowPadding() });
}
