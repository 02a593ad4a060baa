import { ManabiError } from '@manabi/core';
import {
  describeLayer,
  Functional,
  Layer,
  layerClass,
  Model,
  type PartialType,
  registeredLayerClass,
  Sequential,
  savedAs,
} from '@manabi/layers';
import type { JsonObject } from '../json.ts';
import { sharedLayers } from '../weights/places.ts';
import { graphToKeras } from './graph-to-keras.ts';
import { type LayerRow, layerRow } from './layer-rows.ts';
import { configToKeras, kerasObject, type Owner, ownerOf, ownObject, valueToKeras } from './value-to-keras.ts';

/**
 * A model as Keras writes it into `config.json`. Layers that stand in several places get numbers, by which readers know
 * them for one.
 *
 * @throws ManabiError `argument` for what no file can hold
 */
export function modelToKeras(model: Model): JsonObject {
  const numbers = new Map([...sharedLayers(model)].map((layer, i) => [layer, i + 1] as const));
  const write: WriteLayer = (layer) => {
    const number = numbers.get(layer);
    const written = writtenLayer(layer, write);
    return number === undefined ? written : { ...written, shared_object_id: number };
  };
  return write(model);
}

/**
 * A layer as Keras writes it.
 *
 * @throws ManabiError `argument` for what no file can hold
 */
export function layerToKeras(layer: Layer): JsonObject {
  return writtenLayer(layer, layerToKeras);
}

type WriteLayer = Owner['writeLayer'];

/** @param write writes the layers within */
function writtenLayer(layer: Layer, write: WriteLayer): JsonObject {
  if (layer instanceof Functional && layer.className === 'Functional') return functionalToKeras(layer, write);
  if (layer instanceof Sequential && layer.className === 'Sequential') return sequentialToKeras(layer, write);
  const { className } = describeLayer(layer);
  const row = layerRow(className);
  const owner = ownerOf(layer, write);
  if (className === 'Lambda') throw lambdaNotSavable(owner);
  checkRegistered(layer, className, owner);
  const config = configOf(layer, row, owner);
  if (row !== undefined) return kerasObject('keras.layers', className, config);
  return { ...ownObject({ className, ...savedAs(layer) }, config), ...buildConfigOf(layer) };
}

function configOf(layer: Layer, row: LayerRow | undefined, owner: Owner): JsonObject {
  const { dtype, name, trainable, ...rest } = layer.getConfig();
  const own: Readonly<Record<string, unknown>> = { ...layer.config };
  // Layers within are taken as they are, since their description does not hold what their graphs are made of.
  const options = Object.fromEntries(
    Object.entries(rest)
      .filter(([option]) => row?.without?.includes(option) !== true)
      .map(([option, value]) => [option, holdsLayers(own[option]) ? own[option] : value]),
  );
  const base = row?.without?.includes('trainable') === true ? { name } : { name, trainable };
  const saved = savedAs(layer).dtype ?? String(dtype);
  const type = layer.className === 'InputLayer' ? saved : dtypePolicy(saved);
  return {
    ...configToKeras(owner, base),
    dtype: valueToKeras(owner, 'dtype', type),
    ...configToKeras(owner, options),
  };
}

function holdsLayers(value: unknown): boolean {
  return value instanceof Layer || (Array.isArray(value) && value.some((item) => item instanceof Layer));
}

function dtypePolicy(name: string): JsonObject {
  return kerasObject('keras', 'DTypePolicy', { name });
}

function sequentialToKeras(model: Sequential, write: WriteLayer): JsonObject {
  const { inputTypes } = model;
  const input = inputTypes === null || 'length' in inputTypes ? null : inputTypes;
  const shape = input === null ? null : [...input.shape];
  const inputLayer = model.inputs === null ? [] : [inputLayerToKeras(model.inputs.node.layer, model.inputs)];
  const config: JsonObject = {
    name: model.name,
    trainable: model.trainable,
    dtype: dtypePolicy(savedAs(model).dtype ?? model.dtype),
    layers: [...inputLayer, ...model.layers.map(write)],
    ...(shape === null ? {} : { build_input_shape: shape }),
  };
  return { ...kerasObject('keras', 'Sequential', config), build_config: { input_shape: shape } };
}

function functionalToKeras(model: Functional, write: WriteLayer): JsonObject {
  const { inputs } = model;
  const types = new Map(('length' in inputs ? inputs : [inputs]).map((symbol) => [symbol.node.layer, symbol] as const));
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

function inputLayerToKeras(layer: Layer, { shape, dtype: computed }: PartialType): JsonObject {
  const { name } = layer;
  const dtype = savedAs(layer).dtype ?? computed;
  const config = { batch_shape: [...shape], dtype, sparse: false, ragged: false, name, optional: false };
  return kerasObject('keras.layers', 'InputLayer', config);
}

/** A custom model knows from it for which inputs its weights are to be made. */
function buildConfigOf(layer: Layer): JsonObject {
  if (!(layer instanceof Model) || layer.inputTypes === null) return {};
  const { inputTypes } = layer;
  const shapes = 'length' in inputTypes ? inputTypes.map(({ shape }) => [...shape]) : [...inputTypes.shape];
  return { build_config: { input_shape: shapes } };
}

/** What nobody could load again is not saved. */
function checkRegistered(layer: Layer, className: string, owner: Owner): void {
  const found = classNamed(className);
  const isKeras = layerRow(className) !== undefined;
  if (found === layer.constructor && (!isKeras || registeredLayerClass(className) === undefined)) return;
  if (found === layer.constructor) throw namedAsKeras(layer, owner);
  const what = found === undefined ? 'nobody registered its class' : 'its name is that of another class';
  throw new ManabiError(
    'argument',
    `${owner.title} cannot be saved: ${what}. Make it known: register('${className}', ${layer.constructor.name}).`,
    { op: 'saveModel', data: { ...owner.data, registered: found !== undefined } },
  );
}

function namedAsKeras(layer: Layer, owner: Owner): ManabiError {
  return new ManabiError(
    'argument',
    `${owner.title} cannot be saved: its class has the name of one of Keras, which would be loaded in its place. Register ` +
      `it in a package: register('Custom>${layer.className}', ${layer.constructor.name}).`,
    { op: 'saveModel', data: { ...owner.data, registered: true } },
  );
}

function classNamed(className: string): unknown {
  try {
    return layerClass(className);
  } catch (error) {
    if (error instanceof ManabiError) return undefined;
    throw error;
  }
}

function lambdaNotSavable(owner: Owner): ManabiError {
  return new ManabiError(
    'argument',
    `${owner.title} cannot be saved: it holds a function, and files hold no code. Make it a class that extends Layer, and ` +
      "register it: register('Double', Double).",
    { op: 'saveModel', data: { ...owner.data, option: 'fn' } },
  );
}
