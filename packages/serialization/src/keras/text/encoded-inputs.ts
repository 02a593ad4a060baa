import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { isHashing, isLookup, layersIn } from './lookup-entries.ts';

/**
 * Replaces the type of each input layer of strings by that of its strings after the layer that encodes them. Other
 * inputs of strings are kept, and rejected later.
 *
 * @param layers entries of the layers of a sequential or functional model
 */
export function withEncodedInputs(layers: readonly Json[]): readonly Json[] {
  return layers.map((layer, i) => {
    if (!isObject(layer) || layer.class_name !== 'InputLayer' || !isObject(layer.config)) return layer;
    const { dtype, name, batch_input_shape: older, batch_shape: shape = older } = layer.config;
    if (dtype !== 'string' || !isList(shape)) return layer;
    const consumers =
      'inbound_nodes' in layer ? layers.filter((other) => takes(other, name)) : layers.slice(i + 1, i + 2);
    const [consumer] = consumers;
    const encoded = consumers.every(isHashEntry)
      ? { dtype: 'uint32', batch_shape: [...shape, 2] }
      : consumers.length === 1 && isLookup(consumer)
        ? encodedType(consumer, shape)
        : null;
    return encoded === null
      ? layer
      : { ...layer, config: { ...without(layer.config, 'batch_input_shape'), ...encoded } };
  });
}

/**
 * Replaces the types of all inputs of strings in the config of a model of Keras 2, and in the models within it. Removes the
 * dtype of layers that split texts, `string`, which tensors lack.
 */
export function withStringInputs(entry: JsonObject): JsonObject {
  const layers = layersIn(entry);
  if (!isObject(entry.config)) return entry;
  if (entry.class_name === 'TextVectorization') return { ...entry, config: without(entry.config, 'dtype') };
  if (layers === null) return entry;
  const inner = layers.map((layer) => (isObject(layer) ? withStringInputs(layer) : layer));
  return { ...entry, config: { ...entry.config, layers: withEncodedInputs(inner) } };
}

function without(config: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([option]) => option !== name));
}

function isHashEntry(entry: Json): boolean {
  return isObject(entry) && isHashing(entry.class_name);
}

/**
 * Reports whether a layer of a functional model takes the output of a layer with a given name. Lists that begin with the
 * name and a number refer to it: `keras_history`, and the calls that Keras 2 writes.
 */
function takes(entry: Json, name: Json | undefined): boolean {
  if (!isObject(entry)) return false;
  const refersTo = (value: Json | undefined): boolean => {
    if (isList(value)) return (value[0] === name && typeof value[1] === 'number') || value.some(refersTo);
    return isObject(value) && Object.values(value).some(refersTo);
  };
  return refersTo(entry.inbound_nodes);
}

/** Returns dtype and shape of strings after a lookup layer; null for layers that take no strings. */
function encodedType({ class_name: className, config }: JsonObject, shape: readonly Json[]): JsonObject | null {
  if (!isObject(config) || className === 'IntegerLookup' || config.invert === true) return null;
  const isText = className === 'TextVectorization';
  const batch = shape.slice(0, 1);
  if (config.output_mode === 'int') {
    const length = config.output_sequence_length ?? null;
    const isRows =
      isText && !(config.split === null && length === null && (config.ngrams ?? null) === null && shape.length === 1);
    return { dtype: 'int32', batch_shape: isRows ? [...batch, length] : shape };
  }
  const depth = depthOf(config);
  if (isText) return { dtype: 'float32', batch_shape: [...batch, depth] };
  const isEachString = config.output_mode === 'one_hot' && !(shape.length > 1 && shape.at(-1) === 1);
  return { dtype: 'float32', batch_shape: [...(isEachString ? shape : shape.slice(0, -1)), depth] };
}

/** Returns the number of columns of an encoding, null if the layer has no vocabulary. */
function depthOf(config: JsonObject): number | null {
  if (config.pad_to_max_tokens === true && typeof config.max_tokens === 'number') return config.max_tokens;
  const { vocabulary, num_oov_indices: unknown = 1, oov_token: token = '[UNK]' } = config;
  if (!isList(vocabulary) || typeof unknown !== 'number') return null;
  const special = Array.from({ length: token === null ? 0 : unknown }, () => token);
  const hasSpecial = special.length > 0 && special.every((item, i) => vocabulary[i] === item);
  return vocabulary.length + (hasSpecial ? 0 : unknown);
}
