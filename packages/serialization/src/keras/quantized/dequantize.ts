import { type HostArray, hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import type { Layer } from '@manabi/layers';
import type { Hdf5Dataset } from '../../hdf5/open.ts';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';

/** An array in a file of weights, or one that is computed from it. */
export type StoredArray = Pick<Hdf5Dataset, 'shape' | 'path' | 'read'> & Partial<Pick<Hdf5Dataset, 'type'>>;

/**
 * Replaces the policies of layers with int8 weights by those from which they were quantized: manabi converts the weights to
 * floats when it loads them, and then computes in floats.
 *
 * @throws FileError `unsupported` for other quantizations
 */
export function withoutQuantization(source: string, config: JsonObject): JsonObject {
  const converted = (value: Json, layer: string): Json => {
    if (isList(value)) return value.map((item) => converted(item, layer));
    if (!isObject(value)) return value;
    const own = isObject(value.config) && typeof value.config.name === 'string' ? value.config.name : layer;
    if (/Quantized\w*DTypePolicy|Int4DTypePolicy|GPTQDTypePolicy|AWQDTypePolicy/.test(String(value.class_name))) {
      return policyBefore(source, value, layer);
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, name === 'quantization_config' ? null : converted(item, own)]),
    );
  };
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, converted(value, '')]));
}

function policyBefore(source: string, { class_name: className, config }: JsonObject, layer: string): Json {
  const { mode, source_name: name } = isObject(config) ? config : {};
  if (className === 'QuantizedDTypePolicy' && mode === 'int8' && typeof name === 'string') {
    return { module: 'keras', class_name: 'DTypePolicy', config: { name }, registered_name: null };
  }
  throw new FileError(
    'unsupported',
    `Cannot load ${source}: layer '${layer}' has weights quantized as ${String(mode ?? className)}; only int8 is supported. ` +
      "Quantize the model with model.quantize('int8'), or save it before quantization.",
    { data: { source, layer, mode: mode ?? null, className: className ?? null } },
  );
}

/** Returns the arrays of a layer with int8 weights divided by their scales, which follow the weights in files. */
export function dequantized(layer: Layer, arrays: readonly StoredArray[], count: number): readonly StoredArray[] {
  if (arrays.length !== count + 1) return arrays;
  const [weight, ...rest] = arrays;
  const scale = rest[rest.length - 1];
  const axes = scaleAxes(layer, weight.shape.length);
  if (axes === null || weight.type?.kind !== 'number' || weight.type.element !== 'int8') return arrays;
  const read = async (): Promise<HostArray> => divided(await weight.read(), await scale.read(), axes);
  return [{ shape: weight.shape, path: weight.path, read }, ...rest.slice(0, -1)];
}

/** Returns, for each axis of a weight, the axis of its scale; null for axes along which the scale is constant. */
function scaleAxes({ className, config }: Layer, rank: number): readonly (number | null)[] | null {
  if (className === 'Dense' && rank === 2) return [null, 0];
  if ((className === 'Embedding' || className === 'ReversibleEmbedding') && rank === 2) return [0, null];
  if (className !== 'EinsumDense' || !('equation' in config) || typeof config.equation !== 'string') return null;
  const [, kernel, output] = /^[^,]*,([^-]*)->(.*)$/.exec(config.equation.replaceAll('...', '')) ?? [];
  if (kernel === undefined || output === undefined || kernel.length !== rank) return null;
  return [...kernel].map((letter) => (output.includes(letter) ? output.indexOf(letter) : null));
}

function divided(weight: HostArray, scale: HostArray, axes: readonly (number | null)[]): HostArray {
  const data = dtypes.float32.create(weight.data.length);
  const strides = scale.shape.map((_, i) => scale.shape.slice(i + 1).reduce((product, length) => product * length, 1));
  const position = weight.shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    let at = 0;
    axes.forEach((axis, k) => {
      // Lengths of ellipses in an equation precede those of its letters.
      if (axis !== null) at += position[k] * strides[axis];
    });
    data[i] = weight.data[i] / scale.data[at];
    for (let k = position.length - 1; k >= 0; k--) {
      position[k]++;
      if (position[k] < weight.shape[k]) break;
      position[k] = 0;
    }
  }
  return hostArray('float32', weight.shape, data);
}
