import { type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import type { LocalAxis } from '@manabi/layers/further';
import type { StoredArray } from '../quantized/dequantize.ts';

/** A locally connected layer, with the windows of its input. */
interface LocallyConnected {
  readonly windows: (shape: readonly (number | null)[]) => {
    readonly axes: readonly LocalAxis[];
    readonly channels: number;
  };
}

/**
 * Converts the kernel of a locally connected layer to [positions, window, filters]. With `implementation: 2`, Keras stores it
 * as a matrix between all inputs and outputs, and with `implementation: 3`, only the elements of this matrix that windows
 * contain, ordered by output and input. Kernels of other shapes are returned unchanged.
 */
export function localKernel(layer: Layer, { shape }: Variable, kernel: HostArray): HostArray {
  if (!isLocal(layer)) return kernel;
  const form = formOf(layer, { shape }, kernel.shape);
  if (form === null) return kernel;
  const { axes, channels, isFirst, isSparse } = form;
  const [, size, filters] = shape;
  const data = dtypes[kernel.dtype].create(shape[0] * size * filters);
  const lengths = axes.map(({ length }) => length);
  const counts = axes.map(({ count }) => count);
  const sizes = axes.map((axis) => axis.size);
  const outputs = shape[0];
  let next = 0;
  for (let position = 0; position < outputs; position++) {
    const at = unraveled(position, counts);
    for (let filter = 0; filter < filters; filter++) {
      for (let offset = 0; offset < size / channels; offset++) {
        const from = unraveled(offset, sizes).map((k, i) => at[i] * axes[i].stride - axes[i].before + k);
        if (from.some((index, i) => index < 0 || index >= lengths[i])) continue;
        for (let channel = 0; channel < channels; channel++) {
          const index = isSparse
            ? next++
            : raveled(isFirst ? [channel, ...from, filter, ...at] : [...from, channel, ...at, filter], kernel.shape);
          data[(position * size + offset * channels + channel) * filters + filter] = kernel.data[index];
        }
      }
    }
  }
  return hostArray(kernel.dtype, shape, data);
}

/** Returns the arrays of a layer, with the kernel of a locally connected layer as [positions, window, filters]. */
export function localArrays(
  layer: Layer,
  arrays: readonly StoredArray[],
  variables: readonly Variable[],
): readonly StoredArray[] {
  if (!isLocal(layer) || arrays.length === 0 || arrays.length !== variables.length) return arrays;
  const [kernel, ...rest] = arrays;
  const [variable] = variables;
  if (formOf(layer, variable, kernel.shape) === null) return arrays;
  const read = async (): Promise<HostArray> => localKernel(layer, variable, await kernel.read());
  return [{ shape: variable.shape, path: kernel.path, read }, ...rest];
}

/** Windows of a layer, and the form of a stored kernel. */
interface LocalForm {
  readonly axes: readonly LocalAxis[];
  readonly channels: number;
  readonly isFirst: boolean;
  readonly isSparse: boolean;
}

/** Returns the form of a kernel with `implementation` 2 or 3; null for kernels of other shapes. */
function formOf(
  layer: Layer & LocallyConnected,
  { shape }: Pick<Variable, 'shape'>,
  stored: readonly number[],
): LocalForm | null {
  const { input } = layer;
  if ('length' in input) return null;
  const { axes, channels } = layer.windows(input.shape);
  const isFirst = 'dataFormat' in layer.config && layer.config.dataFormat === 'channelsFirst';
  const filters = shape[2];
  const lengths = axes.map(({ length }) => length);
  const counts = axes.map(({ count }) => count);
  const matrix = isFirst ? [channels, ...lengths, filters, ...counts] : [...lengths, channels, ...counts, filters];
  if (stored.join() === matrix.join()) return { axes, channels, isFirst, isSparse: false };
  // With channels first, the order of the elements differs in the sparse form, which Keras computes only on the CPU.
  const elements = axes.reduce((product, axis) => product * elementsWithin(axis), channels * filters);
  return stored.length === 1 && stored[0] === elements && !isFirst ? { axes, channels, isFirst, isSparse: true } : null;
}

/** Returns the number of elements in all windows along an axis, without padding. */
function elementsWithin({ count, stride, before, size, length }: LocalAxis): number {
  let sum = 0;
  for (let at = 0; at < count; at++) {
    const start = at * stride - before;
    sum += Math.max(0, Math.min(length, start + size) - Math.max(0, start));
  }
  return sum;
}

function isLocal(layer: Layer): layer is Layer & LocallyConnected {
  return /^LocallyConnected[12]D$/.test(layer.className) && 'windows' in layer;
}

function unraveled(index: number, shape: readonly number[]): readonly number[] {
  const position: number[] = [];
  let rest = index;
  for (let i = shape.length - 1; i >= 0; i--) {
    position[i] = rest % shape[i];
    rest = Math.floor(rest / shape[i]);
  }
  return position;
}

function raveled(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((index, k, i) => index * shape[i] + k, 0);
}
