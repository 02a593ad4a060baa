import { ManabiError } from '@manabi/core';
import { Functional, Layer, Model, Sequential } from '@manabi/layers';
import {
  describeLayer,
  type LayerDescription,
  layerClass,
  layerTable,
  registeredLayerClass,
  savedAs,
} from '@manabi/layers/classes';
import type { JsonObject } from '../json.ts';
import { type KerasInput, kerasInput } from '../text/keras-input.ts';
import { sharedLayers } from '../weights/layer-locations.ts';
import { policyToKeras } from './dtype-from-keras.ts';
import { graphToKeras } from './graph-to-keras.ts';
import { isKerasLayer, layerRow } from './keras-classes.ts';
import { isOperation, operationToKeras } from './operation-to-keras.ts';
import { configToKeras, kerasObject, type Owner, ownerOf, ownObject, valueToKeras } from './value-to-keras.ts';

/** Returns what is written for a layer instead of its usual form. */
export type Revise = (layer: Layer | LayerDescription, written: JsonObject) => JsonObject;

/**
 * Converts a model to Keras's format of `config.json`. A layer that is used several times is written several times,
 * with the same number, which identifies it.
 *
 * @param revise changes what is written for a layer
 * @throws ManabiError `argument` for values that files cannot hold
 */
export function modelToKeras(model: Model, revise: Revise = (_, written) => written): JsonObject {
  const numbers = new Map([...sharedLayers(model)].map((layer, i) => [layer, i + 1] as const));
  const write: WriteLayer = (layer) => {
    const written = revise(layer, writtenLayer(layer, write));
    const number = layer instanceof Layer ? numbers.get(layer) : undefined;
    return number === undefined ? written : { ...written, shared_object_id: number };
  };
  return write(model);
}

/**
 * Converts a layer to Keras's format.
 *
 * @throws ManabiError `argument` for values that files cannot hold
 */
export function layerToKeras(layer: Layer | LayerDescription): JsonObject {
  return writtenLayer(layer, layerToKeras);
}

type WriteLayer = Owner['writeLayer'];

/**
 * Converts a layer, or a description of a layer, to Keras's format.
 *
 * @param layer the layer, or its description, which custom configs may contain
 * @param write converts nested layers
 */
function writtenLayer(layer: Layer | LayerDescription, write: WriteLayer): JsonObject {
  if (!(layer instanceof Layer)) return writtenDescription(layer, write);
  if (layer instanceof Functional && layer.className === 'Functional') return functionalToKeras(layer, write);
  if (layer instanceof Sequential && layer.className === 'Sequential') return sequentialToKeras(layer, write);
  if (isOperation(layer)) return operationToKeras(layer);
  const described = describeLayer(layer);
  const owner = ownerOf(layer, write);
  if (described.className === 'Lambda') throw lambdaNotSavable(owner);
  checkRegistered(layer, described.className, owner);
  const config = configOf({ ...described, config: configWithLayers(described.config, layer.config) }, owner);
  if (isKerasLayer(described.className)) {
    return kerasObject(layerRow(described.className)?.module ?? 'keras.layers', described.className, config);
  }
  return { ...ownObject({ className: described.className, ...savedAs(layer) }, config), ...buildConfigOf(layer) };
}

function writtenDescription(described: LayerDescription, write: WriteLayer): JsonObject {
  const { className, savedAs: saved } = described;
  const name = String(described.config.name);
  const owner: Owner = { title: `Layer '${name}' (${className})`, data: { layer: name, className }, writeLayer: write };
  if (className === 'Lambda') throw lambdaNotSavable(owner);
  const config = configOf(described, owner);
  if (isKerasLayer(className)) return kerasObject('keras.layers', className, config);
  if (registeredLayerClass(className) !== undefined || layerRow(className) !== undefined)
    return ownObject({ className, ...saved }, config);
  throw new ManabiError(
    'argument',
    `${owner.title} cannot be saved: its class is not registered. Register it, or store the layer itself in the config.`,
    { op: 'saveModel', data: { ...owner.data, registered: false } },
  );
}

function configOf({ className, config, savedAs: noted }: LayerDescription, owner: Owner): JsonObject {
  const { dtype, name, trainable, ...rest } = config;
  const without = layerRow(className)?.without ?? [];
  const options = Object.fromEntries(Object.entries(rest).filter(([option]) => !without.includes(option)));
  const saved = noted?.dtype ?? policyToKeras(dtype);
  return {
    ...configToKeras(owner, without.includes('trainable') ? { name } : { name, trainable }),
    ...(without.includes('dtype')
      ? {}
      : { dtype: valueToKeras(owner, 'dtype', className === 'InputLayer' ? saved : dtypePolicy(saved)) }),
    ...configToKeras(owner, options),
  };
}

/**
 * Replaces descriptions of layers in a config by the layers of the original config, because a description does not
 * contain the graph of a nested model.
 */
function configWithLayers(described: LayerDescription['config'], given: object): LayerDescription['config'] {
  const own: Readonly<Record<string, unknown>> = { ...given };
  return Object.fromEntries(Object.entries(described).map(([name, item]) => [name, withLayers(item, own[name])]));
}

function withLayers(described: unknown, given: unknown): unknown {
  if (given instanceof Layer) return given;
  if (Array.isArray(described) && Array.isArray(given)) return described.map((item, i) => withLayers(item, given[i]));
  if (!isPlainRecord(described) || !isPlainRecord(given)) return described;
  return Object.fromEntries(Object.entries(described).map(([name, item]) => [name, withLayers(item, given[name])]));
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function dtypePolicy(name: string): JsonObject {
  return kerasObject('keras', 'DTypePolicy', { name });
}

function sequentialToKeras(model: Sequential, write: WriteLayer): JsonObject {
  const { inputTypes } = model;
  const input = inputTypes === null || 'length' in inputTypes ? null : inputTypes;
  const given = model.inputs === null ? null : kerasInput(model, 0, model.inputs);
  const shape = given?.shape ?? input?.shape ?? null;
  const inputLayer = model.inputs === null || given === null ? [] : [inputLayerToKeras(model.inputs.node.layer, given)];
  const config: JsonObject = {
    name: model.name,
    trainable: model.trainable,
    dtype: dtypePolicy(savedAs(model).dtype ?? policyToKeras(model.dtypePolicy)),
    layers: [...inputLayer, ...model.layers.map(write)],
    ...(shape === null ? {} : { build_input_shape: [...shape] }),
  };
  const buildShape = shape === null ? null : [...shape];
  return { ...kerasObject('keras', 'Sequential', config), build_config: { input_shape: buildShape } };
}

function functionalToKeras(model: Functional, write: WriteLayer): JsonObject {
  const { inputs } = model;
  const types = new Map(
    ('length' in inputs ? inputs : [inputs]).map(
      (symbol, i) => [symbol.node.layer, kerasInput(model, i, symbol)] as const,
    ),
  );
  const writeEntry = (layer: Layer): JsonObject => {
    const type = types.get(layer);
    return type !== undefined && layer.className === 'InputLayer' ? inputLayerToKeras(layer, type) : write(layer);
  };
  const config: JsonObject = {
    name: model.name,
    trainable: model.trainable,
    ...graphToKeras(model, write, writeEntry),
  };
  const { className = 'Functional', module = 'keras.src.models.functional' } = savedAs(model);
  return { ...ownObject({ className, module }, config), build_config: { input_shape: null } };
}

function inputLayerToKeras(layer: Layer, { shape, dtype: computed }: KerasInput): JsonObject {
  const { name } = layer;
  const dtype = computed === 'string' ? computed : (savedAs(layer).dtype ?? computed);
  const config = { batch_shape: [...shape], dtype, sparse: false, ragged: false, name, optional: false };
  return kerasObject('keras.layers', 'InputLayer', config);
}

/** Returns the input shape for which a custom model builds its weights. */
function buildConfigOf(layer: Layer): JsonObject {
  if (!(layer instanceof Model) || layer.inputTypes === null) return {};
  const { inputTypes } = layer;
  const shapes = 'length' in inputTypes ? inputTypes.map(({ shape }) => [...shape]) : [...inputTypes.shape];
  return { build_config: { input_shape: shapes } };
}

/**
 * Checks that loading the file would find the same classes for the names of the model's layers.
 *
 * @throws ManabiError `argument` for a custom class with the name of a Keras class
 */
export async function checkClasses(model: Model): Promise<void> {
  const within = new Set<Layer>([model]);
  for (const layer of within) {
    const { className } = describeLayer(layer);
    const isBuiltIn = registeredLayerClass(className) === undefined && layerTable.row(className) !== undefined;
    if (isBuiltIn && (await layerClass(className)) !== layer.constructor) {
      throw notRegistered(className, 'its class name belongs to another class', layer);
    }
    for (const inner of layer.sublayers) within.add(inner);
  }
}

/** Rejects layers that could not be loaded again; `checkClasses` handles classes with names of Keras. */
function checkRegistered(layer: Layer, className: string, owner: Owner): void {
  const found = registeredLayerClass(className);
  const isKeras = layerRow(className) !== undefined;
  if (found === layer.constructor && isKeras) throw namedAsKeras(layer, owner);
  if (found === layer.constructor || (found === undefined && isKeras)) return;
  throw notRegistered(
    className,
    found === undefined ? 'its class is not registered' : 'its class name belongs to another class',
    layer,
  );
}

function notRegistered(className: string, problem: string, layer: Layer): ManabiError {
  const isKnown = registeredLayerClass(className) !== undefined || layerRow(className) !== undefined;
  return new ManabiError(
    'argument',
    `Layer '${layer.name}' (${layer.className}) cannot be saved: ${problem}. Register it: register('layer', ` +
      `'${className}', ${layer.constructor.name}).`,
    { op: 'saveModel', data: { layer: layer.name, className: layer.className, registered: isKnown } },
  );
}

function namedAsKeras(layer: Layer, owner: Owner): ManabiError {
  return new ManabiError(
    'argument',
    `${owner.title} cannot be saved: its class has the name of a Keras class, which would be loaded instead. Register it in a ` +
      `package: register('layer', 'Custom>${layer.className}', ${layer.constructor.name}).`,
    { op: 'saveModel', data: { ...owner.data, registered: true } },
  );
}

function lambdaNotSavable(owner: Owner): ManabiError {
  return new ManabiError(
    'argument',
    `${owner.title} cannot be saved: it contains a function, and files contain no code. Replace the layer by a class that extends ` +
      "Layer, and register the class: register('layer', 'Double', Double).",
    { op: 'saveModel', data: { ...owner.data, option: 'fn' } },
  );
}
