import { type HostArray, hostArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import type { Layer, Variable } from '@manabi/layers';
import type { Hdf5Dataset } from '../../hdf5/open.ts';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { unpackedInt4 } from './unpack-int4.ts';

/** An array in a file of weights, or one that is computed from it. */
export type StoredArray = Pick<Hdf5Dataset, 'shape' | 'path' | 'read'> & Partial<Pick<Hdf5Dataset, 'type'>>;

/**
 * Replaces the policies of layers with quantized weights by those from which they were quantized: manabi converts the weights
 * to floats when it loads them, and then computes in floats.
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
  if (MODES.test(`${className} ${mode}`) && typeof name === 'string') {
    return { module: 'keras', class_name: 'DTypePolicy', config: { name }, registered_name: null };
  }
  throw new FileError(
    'unsupported',
    `Cannot load ${source}: layer '${layer}' has weights quantized as ${String(mode ?? className)}; only int8, int4 and float8 are supported. ` +
      "Quantize the model with model.quantize('int8'), or save it before quantization.",
    { data: { source, layer, mode: mode ?? null, className: className ?? null } },
  );
}

/** Matches the class and the mode of supported policies. */
const MODES = /^(QuantizedDTypePolicy int8|Int4DTypePolicy int4\S*|QuantizedFloat8DTypePolicy float8)$/;

/** Number of arrays with which Keras scales values in float8; the weights before them are floats. */
const FLOAT8_ARRAYS = 6;

/** Returns the arrays of a layer, with quantized weights as floats. The scales follow the weights in files. */
export function dequantized(
  layer: Layer,
  arrays: readonly StoredArray[],
  variables: readonly Variable[],
): readonly StoredArray[] {
  const count = variables.length;
  const [weight, ...rest] = arrays;
  const further = arrays.length - count;
  const isInt8 = weight?.type?.kind === 'number' && weight.type.element === 'int8';
  if (count > 0 && further === FLOAT8_ARRAYS && /Dense$/.test(layer.className)) return arrays.slice(0, count);
  if (!isInt8 || count === 0) return arrays;
  const { shape } = variables[0];
  if (weight.shape.join() !== shape.join() && weight.shape.length === 2 && (further === 1 || further === 3)) {
    return [unpacked(layer, arrays, variables), ...rest.slice(0, count - 1)];
  }
  if (further !== 1) return arrays;
  const scale = rest[rest.length - 1];
  const axes = scaleAxes(layer, weight.shape.length);
  if (axes === null) return arrays;
  const read = async (): Promise<HostArray> => divided(await weight.read(), await scale.read(), axes);
  return [{ shape: weight.shape, path: weight.path, read }, ...rest.slice(0, -1)];
}

/** Returns the first weight of a layer with integers of 4 bits, whose scales, zeros and groups follow the weights. */
function unpacked(layer: Layer, arrays: readonly StoredArray[], variables: readonly Variable[]): StoredArray {
  const [weight] = arrays;
  const [scales, zeros, groups] = arrays.slice(variables.length);
  const { shape } = variables[0];
  const size = shape.reduce((product, length) => product * length, 1);
  const columns = size / weight.shape[0];
  // Other shapes are reported with that of the array.
  if (Math.ceil(columns / 2) !== weight.shape[1]) return weight;
  const read = async (): Promise<HostArray> => {
    const parts = {
      packed: await weight.read(),
      scales: await scales.read(),
      zeros: zeros === undefined ? null : await zeros.read(),
      groups: groups === undefined ? null : await groups.read(),
    };
    return unpackedInt4(parts, shape, /Embedding$/.test(layer.className));
  };
  return { shape, path: weight.path, read };
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
