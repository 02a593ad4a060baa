import { ManabiError } from '@manabi/core';
import { HARD_SIGMOID } from '../config/hard-sigmoid.ts';
import { isList, isObject, type Json, type JsonObject, shown } from '../json.ts';
import {
  ACTIVATIONS_NOT_IN_KERAS_2,
  NAMES_IN_KERAS_2,
  NOT_IN_KERAS_2,
  OMITTED_DEFAULTS,
  OPTIONS_NOT_IN_KERAS_2,
} from './keras-2-classes.ts';

/**
 * Converts the config of a model from the format of Keras 3 to that of Keras 2.
 *
 * @throws ManabiError `argument` for layers, options and activations that Keras 2 lacks
 */
export function modelToKeras2(model: JsonObject): JsonObject {
  return entryToKeras2(model);
}

/** Converts a layer of a model. Custom classes are found by the name under which they are registered. */
function entryToKeras2(described: JsonObject): JsonObject {
  const { class_name: className, registered_name: registered } = described;
  const { config } = objectToKeras2(described);
  return { class_name: typeof registered === 'string' && !isLayer(described.module) ? registered : className, config };
}

/** Converts an initializer, a layer within another layer, or another object, which keeps its module and registered name. */
function objectToKeras2(described: JsonObject): JsonObject {
  const { class_name: className, module, registered_name: registered } = described;
  const config = isObject(described.config) ? described.config : {};
  if (typeof className !== 'string') throw new Error('An object in a config has no class name.');
  const converted = isLayer(module)
    ? layerToKeras2(className, config)
    : valuesToKeras2(className, without(config, INITIALIZER_AXES));
  return { module, class_name: className, config: converted, registered_name: registered };
}

const INITIALIZER_AXES: ReadonlySet<string> = new Set(['input_axes', 'output_axes']);

function isLayer(module: Json | undefined): boolean {
  return module === 'keras.layers' || module === 'keras' || module === 'keras.src.models.functional';
}

function layerToKeras2(className: string, config: JsonObject): JsonObject {
  if (className === 'Sequential') return sequentialToKeras2(config);
  if (className === 'Functional') return graphToKeras2(config);
  const layer = String(config.name);
  if (NOT_IN_KERAS_2.has(className)) {
    throw notInKeras2(`layer '${layer}' has the class ${className}`, { layer, className });
  }
  const options: [string, Json][] = [];
  for (const [option, value] of Object.entries(config)) {
    if (OMITTED_DEFAULTS[className]?.[option] === value) continue;
    const hasNoEffect = OPTIONS_NOT_IN_KERAS_2[className]?.[option];
    if (hasNoEffect === undefined) options.push([NAMES_IN_KERAS_2[className]?.[option] ?? option, value]);
    else if (!hasNoEffect(value)) {
      throw notInKeras2(`option \`${option}\` of layer '${layer}' (${className}) is ${shown(value)}`, {
        layer,
        className,
        option,
      });
    }
  }
  if (isList(config.axis) && config.axis.length > 1) {
    // Keras 3 ignores the axes when it reads this format, and predicts wrong values.
    throw notInKeras2(`layer '${layer}' (${className}) has several axes, which Keras 3 ignores in this format`, {
      layer,
      className,
      option: 'axis',
    });
  }
  return { ...valuesToKeras2(layer, Object.fromEntries(options)), ...dtypeInKeras2(className, config) };
}

/** Returns the dtype of a layer that encodes strings: Keras 2 requires that of the texts, or of indices. */
function dtypeInKeras2(className: string, { output_mode: mode }: JsonObject): JsonObject {
  if (className === 'TextVectorization') return { dtype: 'string' };
  return /^(String|Integer)Lookup$/.test(className) && mode === 'int' ? { dtype: 'int64' } : {};
}

function sequentialToKeras2({ name, layers, build_input_shape: shape }: JsonObject): JsonObject {
  const converted = isList(layers) ? layers.filter(isObject).map(entryToKeras2) : [];
  return { name, layers: converted, ...(shape === undefined ? {} : { build_input_shape: shape }) };
}

/** Converts the graph of a functional model, whose calls Keras 2 writes as lists of `[layer, call, output, options]`. */
function graphToKeras2(config: JsonObject): JsonObject {
  const entries = isList(config.layers) ? config.layers.filter(isObject) : [];
  const models = new Set(entries.filter(isModel).map(({ name }) => String(name)));
  // Keras 2 numbers the calls of a nested model from 1, because the graph of the model counts as its first call.
  const within = (ref: Json): Json => (isRef(ref) && models.has(ref[0]) ? [ref[0], ref[1] + 1, ref[2]] : ref);
  // At the ends, the calls of a nested functional model are numbered from 1 already.
  const functional = new Set(entries.filter((entry) => entry.class_name === 'Functional').map(({ name }) => name));
  const atEnd = (ref: Json): Json => (isRef(ref) && functional.has(ref[0]) ? ref : within(ref));
  const layers = entries.map((entry) => {
    const name = String(entry.name);
    const calls = isList(entry.inbound_nodes) ? entry.inbound_nodes.filter(isObject) : [];
    if (String(entry.module).startsWith('keras.src.ops.')) {
      throw notInKeras2(`layer '${name}' is the operator ${String(entry.class_name)} of keras.ops`, {
        layer: name,
        className: entry.class_name,
      });
    }
    if (/Cell$/.test(String(entry.class_name))) {
      throw notInKeras2(`the recurrent cell '${name}' is called without an RNN layer`, { layer: name });
    }
    const written = calls.map((call) => callToKeras2(name, call, within));
    // Keras 3 numbers these calls from 0 when it reads this format. If a model is called once, the number 1 is correct in
    // both versions if the call is written twice; the result of the other call is unused.
    const isCalledOnce = models.has(name) && written.length === 1;
    return {
      ...withShapes(entryToKeras2(entry), calls[0]),
      name,
      inbound_nodes: isCalledOnce ? [written[0], written[0]] : written,
    };
  });
  return {
    name: config.name,
    trainable: config.trainable,
    layers,
    input_layers: endsToKeras2(config.input_layers, atEnd),
    output_layers: endsToKeras2(config.output_layers, atEnd),
  };
}

/** Adds the shapes of the query, value and key, for which Keras 2 creates the weights of multi-head attention. */
function withShapes(entry: JsonObject, call: JsonObject | undefined): JsonObject {
  if (entry.class_name !== 'MultiHeadAttention' || !isObject(entry.config)) return entry;
  const [query, value, key] = (isList(call?.args) ? call.args : []).map((item) => shapeOf(item));
  const shapes = { query_shape: query, value_shape: value ?? query, key_shape: key ?? value ?? query };
  return { ...entry, config: { ...entry.config, ...shapes } };
}

function shapeOf(item: Json): Json {
  return isObject(item) && isObject(item.config) ? item.config.shape : null;
}

function isModel({ class_name: className }: JsonObject): boolean {
  return className === 'Functional' || className === 'Sequential';
}

type Ref = readonly [layer: string, call: number, output: number];

function isRef(value: Json | undefined): value is Ref {
  return isList(value) && value.length === 3 && typeof value[0] === 'string' && typeof value[1] === 'number';
}

/** Converts the inputs or outputs of a model: in Keras 2, a single one is a list of one. */
function endsToKeras2(ends: Json | undefined, renumber: (ref: Json) => Json): Json {
  const convert = (item: Json): Json => {
    if (isRef(item)) return renumber(item);
    if (isList(item)) return item.map(convert);
    if (!isObject(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, convert(value)]));
  };
  const converted = convert(ends ?? []);
  return isRef(converted) ? [converted] : converted;
}

function callToKeras2(layer: string, { args, kwargs }: JsonObject, renumber: (ref: Json) => Json): Json {
  const [first, ...rest] = isList(args) ? args : [];
  const options = isObject(kwargs) ? kwargs : {};
  const refOf = (item: Json): Json | null => {
    if (!isObject(item) || item.class_name !== '__keras_tensor__' || !isObject(item.config)) return null;
    return renumber(item.config.keras_history);
  };
  const named = Object.entries(options).map(([name, value]): [string, Json] => {
    if (isList(value)) return [name, value.map((item) => refOf(item) ?? item)];
    return [name, refOf(value) ?? value];
  });
  // Multi-head attention is called with a query, a value and a key; the tensors after the first one are named.
  const others = rest.map((item, i): [string, Json] => [HEADS[i] ?? '', refOf(item) ?? item]);
  const { initial_state: state, ...kept } = Object.fromEntries([...others, ...named]);
  if (Object.hasOwn(kept, '')) throw notInKeras2(`layer '${layer}' is called with several arguments`, { layer });
  const states = isList(state) ? state : [];
  const tensors = isObject(first) && first.class_name !== '__keras_tensor__' ? Object.values(first) : flat(first);
  const refs = tensors.map(refOf);
  if (refs.includes(null)) throw notInKeras2(`layer '${layer}' is called with nested lists of tensors`, { layer });
  return [...refs, ...states].map((ref) => (isList(ref) ? [...ref, kept] : ref));
}

const HEADS: readonly string[] = ['value', 'key'];

function flat(item: Json | undefined): readonly Json[] {
  return isList(item) ? item : item === undefined ? [] : [item];
}

/** Converts the options of a layer or another object, and the objects within them. */
function valuesToKeras2(owner: string, config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).map(([option, value]) => [
      option,
      /activation$/.test(option) ? activationToKeras2(owner, value) : valueToKeras2(owner, value),
    ]),
  );
}

function valueToKeras2(owner: string, value: Json): Json {
  if (isList(value)) return value.map((item) => valueToKeras2(owner, item));
  if (!isObject(value)) return value;
  if (typeof value.class_name !== 'string') return valuesToKeras2(owner, value);
  if (value.class_name === 'DTypePolicy' && isObject(value.config)) return value.config.name;
  if (value.class_name === 'function') return value.config;
  return objectToKeras2(value);
}

function activationToKeras2(owner: string, value: Json): Json {
  const converted = valueToKeras2(owner, value);
  if (converted === HARD_SIGMOID) return 'hard_sigmoid';
  if (converted === 'hard_sigmoid') {
    throw notInKeras2(
      `'${owner}' uses the activation hardSigmoid, clip(x / 6 + 0.5, 0, 1), whose name denotes another function in Keras 2, ` +
        'clip(0.2 x + 0.5, 0, 1)',
      { layer: owner, activation: 'hardSigmoid' },
    );
  }
  if (typeof converted === 'string' && ACTIVATIONS_NOT_IN_KERAS_2.has(converted)) {
    throw notInKeras2(`'${owner}' uses the activation ${converted}`, { layer: owner, activation: converted });
  }
  return converted;
}

/** Returns a config without options that are null. */
function without(config: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([name, value]) => value !== null || !names.has(name)));
}

/** Returns the error for a part of a model that the format of Keras 2 lacks. */
export function notInKeras2(problem: string, data: Readonly<Record<string, unknown>>): ManabiError {
  return new ManabiError(
    'argument',
    `The model cannot be saved as .h5, the format of Keras 2: ${problem}. Save it as .keras instead.`,
    { op: 'saveModel', data },
  );
}
