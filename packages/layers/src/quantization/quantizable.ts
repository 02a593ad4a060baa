import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import type { Layer } from '../layer/layer.ts';
import { Conv1D, Conv2D, Conv3D } from '../layers/convolution/convolution.ts';
import { Conv1DTranspose, Conv2DTranspose, Conv3DTranspose } from '../layers/convolution/convolution-transpose.ts';
import { DepthwiseConv1D, DepthwiseConv2D } from '../layers/convolution/depthwise-convolution.ts';
import { SeparableConv1D, SeparableConv2D } from '../layers/convolution/separable-convolution.ts';
import { Dense } from '../layers/core/dense.ts';
import { EinsumDense } from '../layers/core/einsum-dense.ts';
import { Embedding } from '../layers/core/embedding.ts';
import type { Variable } from '../variables/variable.ts';
import { einsumAxes, scaleInOutput, summedAxes } from './einsum-axes.ts';

/** A weight that can be quantized. */
export interface QuantizableWeight {
  readonly variable: Variable;
  /** Axes of the elements that share a scale. */
  readonly axes: readonly number[];
  /** Shape in which the scale is stored: as in Keras, where Keras quantizes the layer. */
  readonly scaleShape: readonly number[];
  /** Order of the axes of the scale in which it is stored, before it is reshaped. */
  readonly scaleOrder: readonly number[];
}

/** Returns the names of a layer's weights that can be quantized; empty for layers whose weights stay floats. */
function namesOf(layer: Layer): readonly string[] {
  // A subclass may use its weights in another way.
  switch (layer.constructor) {
    case Embedding:
      return ['embeddings'];
    case Dense:
    case EinsumDense:
    case Conv1D:
    case Conv2D:
    case Conv3D:
    case Conv1DTranspose:
    case Conv2DTranspose:
    case Conv3DTranspose:
    case DepthwiseConv1D:
    case DepthwiseConv2D:
      return ['kernel'];
    case SeparableConv1D:
    case SeparableConv2D:
      return ['depthwise_kernel', 'pointwise_kernel'];
    default:
      return [];
  }
}

/**
 * Returns the weights of a built layer that can be quantized, in the order of `weights`.
 *
 * @example
 * ```ts
 * import { quantizableWeights } from '@manabi/layers/quantization';
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 3 });
 * dense.build([null, 2]);
 * console.log(quantizableWeights(dense).map(({ axes, scaleShape }) => [axes, scaleShape])); // [[[0], [3]]]
 * ```
 */
export function quantizableWeights(layer: Layer): readonly QuantizableWeight[] {
  return namesOf(layer).map((name) => {
    const variable = layer.weight(name);
    const { shape } = variable;
    const order = shape.map((_, axis) => axis);
    const axes = sharedAxes(layer, name, shape.length);
    const kept = order.filter((axis) => !axes.includes(axis));
    if (layer instanceof EinsumDense) {
      const { kernel, output } = einsumAxesOf(layer);
      const place = scaleInOutput(kernel, output, shape);
      return { variable, axes, scaleShape: place.shape, scaleOrder: place.axes };
    }
    return { variable, axes, scaleShape: kept.map((axis) => shape[axis]), scaleOrder: order };
  });
}

/** Returns the letters of the equation of a built layer. */
export function einsumAxesOf({ config, inputSpec }: EinsumDense) {
  const rank = inputSpec !== null && 'rank' in inputSpec ? inputSpec.rank : undefined;
  if (rank === undefined) throw new Error('The layer is not built.');
  return einsumAxes(config.equation, rank);
}

function sharedAxes(layer: Layer, name: string, rank: number): readonly number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (layer instanceof EinsumDense) {
    const { kernel, output } = einsumAxesOf(layer);
    return summedAxes(kernel, output);
  }
  if (layer instanceof Embedding) return [1];
  if (name === 'depthwise_kernel' || /^Depthwise/.test(layer.className)) return axes.slice(0, -2);
  if (/Transpose$/.test(layer.className)) return axes.filter((axis) => axis !== rank - 2);
  return axes.slice(0, -1);
}

/** Returns a scale, which has the axes of its weight, as it is stored. */
export function storedScale({ scale, weight }: { scale: HostArray; weight: QuantizableWeight }): HostArray {
  const ordered = new Float32Array(scale.data.length);
  placesInOrder(scale.shape, weight.scaleOrder).forEach((place, i) => {
    ordered[i] = Number(scale.data[place]);
  });
  return hostArray('float32', weight.scaleShape, ordered);
}

/** Returns a stored scale with the axes of its weight: the inverse of `storedScale`. */
export function scaleAlongAxes({ stored, weight }: { stored: HostArray; weight: QuantizableWeight }): HostArray {
  const { variable, axes, scaleOrder } = weight;
  const shape = variable.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const data = new Float32Array(stored.data.length);
  placesInOrder(shape, scaleOrder).forEach((place, i) => {
    data[place] = Number(stored.data[i]);
  });
  return hostArray('float32', shape, data);
}

/** Returns the indices of the elements of an array in the order of its transpose. */
function placesInOrder(shape: readonly number[], order: readonly number[]): readonly number[] {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  return order.reduce<readonly number[]>(
    (places, axis) =>
      places.flatMap((place) => Array.from({ length: shape[axis] }, (_, position) => place + position * strides[axis])),
    [0],
  );
}

/**
 * Checks that a layer computes in float32, the dtype to which quantized weights are converted.
 *
 * @throws ManabiError `dtype` if it computes in another dtype
 */
export function checkFloat32(op: string, layer: Layer): void {
  if (layer.computeDtype === 'float32' && layer.dtype === 'float32') return;
  throw new ManabiError(
    'dtype',
    `${op}() requires layers with the dtype policy 'float32'; layer '${layer.name}' (${layer.className}) has '${layer.dtypePolicy}'. ` +
      "Create the model with the policy 'float32', and copy the weights with setWeights().",
    { op, data: { layer: layer.name, policy: layer.dtypePolicy } },
  );
}
