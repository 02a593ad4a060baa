import { type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import type { LocalAxis } from '@manabi/layers/further';

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
 * contain, ordered by output and input.
 */
export function localKernel(layer: Layer, { shape }: Variable, kernel: HostArray): HostArray {
  if (!isLocal(layer) || kernel.shape.length === shape.length) return kernel;
  const { input } = layer;
  if ('length' in input) return kernel;
  const { axes, channels } = layer.windows(input.shape);
  const isFirst = 'dataFormat' in layer.config && layer.config.dataFormat === 'channelsFirst';
  const isSparse = kernel.shape.length === 1;
  // With channels first, the order of the elements differs in the sparse form, which Keras computes only on the CPU.
  if (isSparse && isFirst) return kernel;
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
