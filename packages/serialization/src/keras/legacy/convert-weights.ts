import { type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import { permuted } from '../../elements/permute.ts';
import { localKernel } from './local-kernels.ts';

/** Program that wrote a file of weights. */
export interface WrittenBy {
  /** Whether Keras 1 wrote the file. */
  readonly isFirst: boolean;
  /** Backend: `tensorflow`, `theano`, …; Theano flips the kernels of convolutions. */
  readonly backend: string;
}

const CONVOLUTIONS = /^(Conv[123]D(Transpose)?|SeparableConv[12]D|DepthwiseConv[12]D)$/;

/**
 * Converts the weights of a layer from the layouts of older versions to the current layout. Older files may contain
 * separate arrays for the gates of recurrent layers, kernels with another order of axes, and kernels for Theano and
 * cuDNN.
 *
 * @param variables variables of the layer, in the order in which the file contains their arrays
 */
export function convertWeights(
  layer: Layer,
  variables: readonly Variable[],
  arrays: readonly HostArray[],
  written: WrittenBy,
): readonly HostArray[] {
  const { className } = layer;
  if (className === 'Bidirectional' || className === 'TimeDistributed') {
    const parts = layer.sublayers.filter(({ weights }) => weights.length > 0);
    const share = arrays.length / parts.length;
    return parts.flatMap((part, i) =>
      convertWeights(part, part.weights, arrays.slice(i * share, (i + 1) * share), written),
    );
  }
  if (className === 'LSTM' && arrays.length === 12) return joinGates(arrays, [0, 2, 1, 3]);
  if (className === 'GRU' && arrays.length === 9) return joinGates(arrays, [0, 1, 2]);
  if (className === 'LSTM' || className === 'GRU') return fromCudnn(variables, arrays);
  if (className.startsWith('LocallyConnected')) {
    return arrays.map((array, i) => (i === 0 ? localKernel(layer, variables[0], array) : array));
  }
  if (!CONVOLUTIONS.test(className)) return arrays;
  return arrays.map((array, i) => convolutionKernel(array, variables[i], written));
}

/**
 * Concatenates the arrays W, U and b of all gates to the kernel, the recurrent kernel and the bias of the layer.
 * `order` is the order of the gates in the result.
 */
function joinGates(arrays: readonly HostArray[], order: readonly number[]): readonly HostArray[] {
  return [0, 1, 2].map((part) => joinColumns(order.map((gate) => arrays[3 * gate + part])));
}

/** Concatenates arrays along the last axis. */
function joinColumns(arrays: readonly HostArray[]): HostArray {
  const [{ shape, dtype }] = arrays;
  const columns = arrays.map((array) => array.shape.at(-1) ?? 1);
  const width = columns.reduce((sum, count) => sum + count, 0);
  const rows = arrays[0].data.length / columns[0];
  const data = dtypes[dtype].create(rows * width);
  let from = 0;
  arrays.forEach((array, i) => {
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < columns[i]; k++) data[row * width + from + k] = array.data[row * columns[i] + k];
    }
    from += columns[i];
  });
  return hostArray(dtype, [...shape.slice(0, -1), width], data);
}

/**
 * Converts weights of CuDNNLSTM and CuDNNGRU to those of LSTM and GRU; returns other weights unchanged. The layers for
 * cuDNN have two biases, recognized by the double length of the bias, and the kernel of each gate is transposed.
 */
function fromCudnn(variables: readonly Variable[], arrays: readonly HostArray[]): readonly HostArray[] {
  const [kernel, recurrent, bias] = arrays;
  const expected = variables[2]?.shape;
  if (bias === undefined || expected === undefined || bias.shape.length !== 1) return arrays;
  const width = expected.at(-1) ?? 0;
  if (bias.shape[0] !== 2 * width) return arrays;
  const gates = Math.round(width / recurrent.shape[0]);
  const both = hostArray(bias.dtype, [2, width], bias.data);
  const biases = expected.length === 2 ? both : sumOfRows(both);
  return [transposeGates(kernel, gates), transposeGates(recurrent, gates), biases];
}

function sumOfRows({ dtype, shape: [, width], data }: HostArray): HostArray {
  const sums = dtypes[dtype].create(width);
  for (let i = 0; i < width; i++) sums[i] = data[i] + data[width + i];
  return hostArray(dtype, [width], sums);
}

/**
 * Transposes the kernel of each gate: cuDNN stores a kernel of shape [rows, units] as [units, rows], in an array of the
 * original shape.
 */
function transposeGates({ dtype, shape: [rows, width], data }: HostArray, gates: number): HostArray {
  const units = width / gates;
  const result = dtypes[dtype].create(data.length);
  for (let gate = 0; gate < gates; gate++) {
    // Read row by row, the array contains the transposed kernel of the gate.
    for (let i = 0; i < rows * units; i++) {
      const [row, unit] = [Math.floor(i / units), i % units];
      const [toRow, toUnit] = [i % rows, Math.floor(i / rows)];
      result[toRow * width + gate * units + toUnit] = data[row * width + gate * units + unit];
    }
  }
  return hostArray(dtype, [rows, width], result);
}

/** Converts the kernel of a convolution to the current layout, with spatial axes first. */
function convolutionKernel(
  array: HostArray,
  variable: Variable | undefined,
  { isFirst, backend }: WrittenBy,
): HostArray {
  const expected = variable?.shape;
  if (expected === undefined || array.shape.length < 3) return array;
  const squeezed = isFirst && expected.length === 3 && array.shape.length === 4 ? withoutUnit(array) : array;
  const rank = squeezed.shape.length;
  const spatial = rank - 2;
  // In Theano's layout, the axes are filters, channels, and then the spatial axes.
  const isTheanoOrder = isFirst && squeezed.shape.join() !== expected.join();
  const order = [...Array.from({ length: spatial }, (_, i) => i + 2), 1, 0];
  const ordered = isTheanoOrder ? permuted(squeezed, order) : squeezed;
  return backend === 'theano' ? flipped(ordered, spatial) : ordered;
}

/**
 * Removes the axis of length 1 that Keras 1 adds to kernels of one-dimensional convolutions: [length, 1, in, out], or
 * [out, in, length, 1].
 */
function withoutUnit(array: HostArray): HostArray {
  const axis = array.shape[1] === 1 ? 1 : 3;
  return hostArray(
    array.dtype,
    array.shape.filter((_, i) => i !== axis),
    array.data,
  );
}

/** Flips a kernel along its spatial axes. */
function flipped({ dtype, shape, data }: HostArray, spatial: number): HostArray {
  const positions = shape.slice(0, spatial).reduce((product, length) => product * length, 1);
  const each = data.length / positions;
  const result = dtypes[dtype].create(data.length);
  for (let position = 0; position < positions; position++) {
    for (let k = 0; k < each; k++) result[position * each + k] = data[(positions - 1 - position) * each + k];
  }
  return hostArray(dtype, shape, result);
}
