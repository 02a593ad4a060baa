import { hostArray } from '@manabi/core';
import type { Layer } from '@manabi/layers';
import { quantizableWeights, quantizeLayer } from '@manabi/layers/quantization';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { layerLocations, pathsOf } from '../weights/layer-locations.ts';
import { numberedDatasets } from '../weights/numbered-datasets.ts';
import { groupIn } from '../weights/read-weights.ts';
import type { WeightsSource } from '../weights/weights-source.ts';
import type { StoredArray } from './dequantize.ts';

/**
 * Changes the layers for which a file has int8 weights, so that they compute with these as in Keras. Other quantized layers stay
 * unchanged: their weights are converted to floats.
 *
 * @returns whether a layer was changed
 */
export async function quantizeLayers({ root }: WeightsSource, config: JsonObject, model: Layer): Promise<boolean> {
  if (hasOwnQuantizers(config)) return false;
  let isChanged = false;
  for (const location of layerLocations(model)) {
    const { layer, variables } = location;
    // Keras quantizes no other layers whose weights can be quantized.
    if (!/^(Dense|EinsumDense|Embedding)$/.test(layer.className)) continue;
    let group: Awaited<ReturnType<typeof groupIn>>;
    for (const path of pathsOf(location)) group ??= await groupIn(root, [...path, 'vars']);
    const arrays = group === undefined ? [] : await numberedDatasets(group);
    if (arrays.length !== variables.length + 1 || !isInt8(arrays[0])) continue;
    const [weight] = quantizableWeights(layer);
    const scale = arrays[arrays.length - 1];
    // Weights of other shapes are reported when they are read.
    if (weight?.scaleShape.join() !== scale.shape.join()) continue;
    quantizeLayer(layer, 'int8');
    isChanged = true;
  }
  return isChanged;
}

/** Returns the arrays of a layer with int8 weights in the form of the layer's variables. */
export function quantizedArrays([weight, ...rest]: readonly StoredArray[]): readonly StoredArray[] {
  const read = async () => {
    const { shape, data } = await weight.read();
    return hostArray(
      'uint8',
      shape,
      Uint8Array.from(data, (element) => element + 128),
    );
  };
  return [{ shape: weight.shape, path: weight.path, read }, ...rest];
}

function isInt8({ type }: StoredArray): boolean {
  return type?.kind === 'number' && type.element === 'int8';
}

/** Returns whether a config has quantizers of inputs other than Keras's default ones, which `quantizeLayer` does not compute. */
function hasOwnQuantizers(value: Json): boolean {
  if (isList(value)) return value.some(hasOwnQuantizers);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([name, item]) =>
    name === 'activation_quantizer' ? !isDefault(item) : hasOwnQuantizers(item),
  );
}

function isDefault(quantizer: Json): boolean {
  if (!isObject(quantizer) || quantizer.class_name !== 'AbsMaxQuantizer' || !isObject(quantizer.config)) return false;
  const { axis = null, value_range: range, epsilon, output_dtype: dtype } = quantizer.config;
  return axis === null && isList(range) && range.join() === '-127,127' && epsilon === 1e-7 && dtype === 'int8';
}
