import { add, astype, type HostArray, reshape, type Tensor, take } from '@manabi/core';
import type { CallContext } from '../call/context.ts';
import { type Layer, replaceWeight } from '../layer/layer.ts';
import { noteQuantized, type QuantizedDType } from '../layer/quantized-as.ts';
import { Dense } from '../layers/core/dense.ts';
import { EinsumDense } from '../layers/core/einsum-dense.ts';
import { Embedding, toIntegers } from '../layers/core/embedding.ts';
import type { Tensors } from '../structure/nested.ts';
import type { Variable } from '../variables/variable.ts';
import { convolutionOfIntegers } from './convolutions.ts';
import { dequantized, quantizedEinsum, quantizedMatmul } from './products.ts';
import { einsumAxesOf, type QuantizableWeight, quantizableWeights, scaleAlongAxes } from './quantizable.ts';
import { dequantizeArray, integersOf } from './quantize-array.ts';

/** A quantized weight of a layer, and the variables that store it. */
export interface StoredWeight extends QuantizableWeight {
  /** The integers or float16 numbers, with the name of the weight. */
  readonly stored: Variable;
  /** The scales; null for float16. */
  readonly scale: Variable | null;
}

const storedWeights = new WeakMap<Layer, readonly StoredWeight[]>();

/**
 * Returns the values of a quantized layer as those of a layer without quantization.
 *
 * @param values the values of the layer's own weights, in their order
 * @throws ManabiError `shape` or `dtype` for arrays whose elements do not fill their shape
 * @example
 * ```ts
 * import { floatValues, quantizeLayer } from '@manabi/layers/quantization';
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 1, useBias: false });
 * dense.build([null, 2]);
 * quantizeLayer(dense, 'int8');
 * const integers = { dtype: 'uint8', shape: [2, 1], data: Uint8Array.of(129, 255) } as const; // 1 and 127
 * const scale = { dtype: 'float32', shape: [1], data: Float32Array.of(2) } as const;
 * console.log(Array.from(floatValues(dense, [integers, scale])[0].data)); // [0.5, 63.5]
 * ```
 */
export function floatValues(layer: Layer, values: readonly HostArray[]): readonly HostArray[] {
  const weights = storedWeights.get(layer) ?? [];
  const own = layer.ownWeights;
  const valueIn = (variable: Variable): HostArray => values[own.indexOf(variable)];
  return own.flatMap((variable, i) => {
    if (weights.some(({ scale }) => scale === variable)) return [];
    const weight = weights.find(({ stored }) => stored === variable);
    if (weight === undefined || weight.scale === null) return [values[i]];
    const scale = scaleAlongAxes({ stored: valueIn(weight.scale), weight });
    return [dequantizeArray({ integers: values[i], scale })];
  });
}

/**
 * Returns the scales among the values of a layer with int8 weights, in the order of these weights.
 *
 * @param values the values of the layer's own weights, in their order
 * @example
 * ```ts
 * import { quantizeLayer, scaleValues } from '@manabi/layers/quantization';
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 1, useBias: false });
 * dense.build([null, 2]);
 * quantizeLayer(dense, 'int8');
 * const integers = { dtype: 'uint8', shape: [2, 1], data: Uint8Array.of(129, 255) } as const;
 * const scale = { dtype: 'float32', shape: [1], data: Float32Array.of(2) } as const;
 * console.log(scaleValues(dense, [integers, scale]).length); // 1
 * ```
 */
export function scaleValues(layer: Layer, values: readonly HostArray[]): readonly HostArray[] {
  const own = layer.ownWeights;
  return (storedWeights.get(layer) ?? []).flatMap(({ scale }) => (scale === null ? [] : [values[own.indexOf(scale)]]));
}

/**
 * Returns the integers of a weight that was converted to floats: the inverse of `floatValues` for one weight.
 *
 * @param scale the scale as it is stored
 * @throws ManabiError `shape` or `dtype` for arrays whose elements do not fill their shape
 * @example
 * ```ts
 * import { integerValues, quantizeLayer } from '@manabi/layers/quantization';
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 1, useBias: false });
 * dense.build([null, 2]);
 * const [weight] = quantizeLayer(dense, 'int8');
 * const floats = { dtype: 'float32', shape: [2, 1], data: Float32Array.of(0.5, 63.5) } as const;
 * const scale = { dtype: 'float32', shape: [1], data: Float32Array.of(2) } as const;
 * console.log(Array.from(integerValues(weight, floats, scale).data)); // [129, 255]
 * ```
 */
export function integerValues(weight: QuantizableWeight, floats: HostArray, scale: HostArray): HostArray {
  return integersOf(floats, scaleAlongAxes({ stored: scale, weight }));
}

/**
 * Changes a built layer so that it stores its kernels as integers or in float16, and computes with these. The new variables have no
 * values yet. Returns them; empty for a layer without such kernels.
 *
 * @example
 * ```ts
 * import { quantizeLayer } from '@manabi/layers/quantization';
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 3 });
 * dense.build([null, 2]);
 * quantizeLayer(dense, 'int8');
 * console.log(dense.weights.map(({ name, dtype }) => `${name} ${dtype}`)); // ['kernel uint8', 'bias float32', 'kernel_scale float32']
 * ```
 */
export function quantizeLayer(layer: Layer, dtype: QuantizedDType): readonly StoredWeight[] {
  const weights = quantizableWeights(layer);
  if (weights.length === 0) return [];
  const stored = weights.map((weight): StoredWeight => {
    const { name, shape } = weight.variable;
    const options = { name, shape, initializer: 'zeros' } as const;
    const replacement = replaceWeight(layer, weight.variable, {
      ...options,
      dtype: dtype === 'int8' ? 'uint8' : 'float16',
    });
    return { ...weight, stored: replacement, scale: null };
  });
  const complete = stored.map((weight): StoredWeight => {
    if (dtype === 'float16') return weight;
    const options = { shape: weight.scaleShape, initializer: 'ones', dtype: 'float32' } as const;
    return { ...weight, scale: layer.addWeight({ ...options, name: `${weight.variable.name}_scale` }) };
  });
  layer.trainable = false;
  layer.call = callOf(layer, complete);
  noteQuantized(layer, dtype);
  storedWeights.set(layer, complete);
  return complete;
}

/** Returns the function that computes the outputs of a layer from its quantized weights. */
function callOf(layer: Layer, weights: readonly StoredWeight[]): Layer['call'] {
  const [{ stored, scale }] = weights;
  if (scale !== null && layer instanceof Dense) {
    const { activation, useBias } = layer.config;
    return (x: Tensor, context: CallContext) => {
      const sums = quantizedMatmul(x, context.read(stored), context.read(scale));
      return activation(useBias ? add(sums, context.read(layer.bias)) : sums);
    };
  }
  if (scale !== null && layer instanceof EinsumDense) {
    const { equation, activation, biasAxes } = layer.config;
    const axes = einsumAxesOf(layer);
    return (x: Tensor, context: CallContext) => {
      const sums = quantizedEinsum(equation, axes, x, context.read(stored), context.read(scale));
      return activation(biasAxes === null ? sums : add(sums, context.read(layer.bias)));
    };
  }
  const convolution = scale === null ? null : convolutionOfIntegers(layer, { stored, scale });
  if (convolution !== null) return convolution;
  if (layer instanceof Embedding) {
    return (x: Tensor, context: CallContext) => {
      const indices = toIntegers(x);
      const rows = take(context.read(stored), indices, 0);
      if (scale === null) return astype(rows, 'float32');
      return dequantized(rows, reshape(take(context.read(scale), indices, 0), [...x.shape, 1]));
    };
  }
  const computeWithFloats = layer.call.bind(layer);
  return (inputs: Tensors, context: CallContext) =>
    computeWithFloats(
      inputs,
      weights.reduce((reading, weight) => reading.reading(weight.variable, floatsOf(weight, context)), context),
    );
}

/** Returns the float32 elements of a weight. */
function floatsOf({ stored, scale, variable, axes }: StoredWeight, context: CallContext): Tensor {
  const elements = context.read(stored);
  if (scale === null) return astype(elements, 'float32');
  const shape = variable.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return dequantized(elements, reshape(context.read(scale), shape));
}
