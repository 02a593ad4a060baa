import { hostArray } from '@manabi/core';
import type { Layer } from '@manabi/layers';
import { integerValues, quantizableWeights, quantizeLayer, type StoredWeight } from '@manabi/layers/quantization';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { type LayerLocation, layerLocations, pathsOf } from '../weights/layer-locations.ts';
import { numberedDatasets } from '../weights/numbered-datasets.ts';
import { groupIn } from '../weights/read-weights.ts';
import type { WeightsSource } from '../weights/weights-source.ts';
import type { StoredArray } from './dequantize.ts';
import { SCALES } from './scales.ts';

/** The weights of a layer that computes with int8 weights, and their scales if the file has the weights as floats. */
interface QuantizedInFile {
  readonly weights: readonly StoredWeight[];
  readonly scales: readonly StoredArray[] | null;
}

/** Layers that compute with int8 weights from a file. */
export type QuantizedLayers = ReadonlyMap<Layer, QuantizedInFile>;

/**
 * Changes the layers for which a file has int8 weights, or floats with scales, so that they compute with these as before they were
 * saved. Other quantized layers stay unchanged: their weights are converted to floats.
 */
export async function quantizeLayers(
  source: WeightsSource,
  config: JsonObject,
  model: Layer,
): Promise<QuantizedLayers> {
  const found = new Map<Layer, QuantizedInFile>();
  const isOfKeras = !hasOwnQuantizers(config);
  for (const location of layerLocations(model)) {
    const { layer } = location;
    const scales = await scalesOf(source, location);
    if (scales === null && !(isOfKeras && (await isInt8InKeras(source, location)))) continue;
    found.set(layer, { weights: quantizeLayer(layer, 'int8'), scales });
  }
  return found;
}

/** Returns the scales of a layer whose weights a file has as floats; null for other layers. */
async function scalesOf(
  { root }: WeightsSource,
  { path, layer }: LayerLocation,
): Promise<readonly StoredArray[] | null> {
  const group = await groupIn(root, [SCALES, ...path]);
  const scales = group === undefined ? [] : await numberedDatasets(group);
  const weights = quantizableWeights(layer);
  const fits =
    scales.length > 0 &&
    scales.length === weights.length &&
    weights.every(({ scaleShape }, i) => scaleShape.join() === scales[i].shape.join());
  return fits ? scales : null;
}

/** Returns whether a file has the weights of a layer as Keras stores them after quantization. */
async function isInt8InKeras({ root }: WeightsSource, location: LayerLocation): Promise<boolean> {
  const { layer, variables } = location;
  // Keras quantizes no other layers whose weights can be quantized.
  if (!/^(Dense|EinsumDense|Embedding)$/.test(layer.className)) return false;
  let group: Awaited<ReturnType<typeof groupIn>>;
  for (const path of pathsOf(location)) group ??= await groupIn(root, [...path, 'vars']);
  const arrays = group === undefined ? [] : await numberedDatasets(group);
  if (arrays.length !== variables.length + 1 || !isInt8(arrays[0])) return false;
  const [weight] = quantizableWeights(layer);
  const scale = arrays[arrays.length - 1];
  // Weights of other shapes are reported when they are read.
  return weight?.scaleShape.join() === scale.shape.join();
}

/** Returns the arrays of a layer with int8 weights in the form of the layer's variables. */
export function quantizedArrays(
  layer: Layer,
  arrays: readonly StoredArray[],
  { weights, scales }: QuantizedInFile,
): readonly StoredArray[] {
  if (scales === null) return fromKeras(arrays);
  return layer.ownWeights.flatMap((variable, i): readonly StoredArray[] => {
    const scaled = weights.findIndex(({ scale }) => scale === variable);
    if (scaled >= 0) return [scales[scaled]];
    const floats = arrays[i];
    const at = weights.findIndex(({ stored }) => stored === variable);
    // Missing arrays are reported when the weights are read.
    if (floats === undefined || at < 0) return floats === undefined ? [] : [floats];
    const read = async () => integerValues(weights[at], await floats.read(), await scales[at].read());
    return [{ shape: floats.shape, path: floats.path, read }];
  });
}

function fromKeras([weight, ...rest]: readonly StoredArray[]): readonly StoredArray[] {
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
