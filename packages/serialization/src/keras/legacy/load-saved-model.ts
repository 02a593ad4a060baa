import { FileError } from '@manabi/files';
import type { ZipArchive } from '@manabi/files/internal';
import type { Model } from '@manabi/layers';
import { MODEL, otherFile, recognizeFile } from '../../recognize/index.ts';
import {
  type CheckpointObject,
  type Folder,
  folderOf,
  itemsOf,
  kerasMetadata,
  openVariables,
  readObjects,
} from '../../saved-model/in-keras.ts';
import { type Source, type SourceOptions, sourceName } from '../../stores/index.ts';
import { compileFromKeras, compileModel } from '../config/compile-from-keras.ts';
import { ConfigPart } from '../config/config-part.ts';
import type { Origin } from '../config/origin.ts';
import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { modelFrom } from '../model-from.ts';
import { operatorReader } from '../operators/read-operators.ts';
import { parseJson } from '../parse-json.ts';
import { unzipped } from '../unzipped.ts';
import { assignLayers, type FileLayer } from './h5-weights.ts';
import { compileConfig } from './load-h5.ts';
import { olderOptions } from './older-options.ts';

/**
 * Loads a model from a folder.
 *
 * @param loadParts loads a model from the parts of a `.keras` file
 * @throws FileError `unsupported` for a folder of another format, with its name; otherwise as `loadModel`
 */
export async function loadFolder(
  source: Source,
  reading: SourceOptions,
  compile: boolean,
  loadParts: (parts: ZipArchive) => Promise<Model>,
): Promise<Model> {
  const kind = await recognizeFile(source, reading);
  if (kind === 'kerasFolder') return loadParts(await unzipped(folderOf(sourceName(source), reading)));
  if (kind !== 'savedModel') throw otherFile(sourceName(source), kind, MODEL);
  return loadSavedKeras(folderOf(sourceName(source), reading), compile);
}

/**
 * Loads a model from a SavedModel that Keras 2 wrote. The state of the optimizer is not read: training starts with a new state.
 *
 * @throws FileError `corrupt`; `unsupported` for unknown layers, and for a SavedModel without a Keras model, as Keras 3 exports it
 */
export async function loadSavedKeras(folder: Folder, compile: boolean): Promise<Model> {
  const source = folder.name;
  const text = await kerasMetadata(folder);
  const metadata = text === null ? {} : withoutTuples(parseJson(source, 'keras_metadata.pb', text));
  const { class_name: className, config, training_config: training, build_input_shape: shape } = metadata;
  if (typeof className !== 'string' || !isObject(config)) throw notKeras(source);
  const origin: Origin = {
    source,
    generation: 2,
    isFromManabi: false,
    removesMasks: false,
    shared: new Map(),
    olderOptions,
    operators: operatorReader({}),
  };
  const built: JsonObject = config.build_input_shape === undefined && isList(shape) ? { build_input_shape: shape } : {};
  const model = await modelFrom(new ConfigPart(origin, { class_name: className, config: { ...config, ...built } }));
  const compiled = compile && isObject(training) ? compileConfig(training) : undefined;
  const part = new ConfigPart(origin, compiled, 'training_config');
  const options = await compileFromKeras(part);
  assignLayers(source, model, await layersOf(folder, source), { isFirst: false, backend: 'tensorflow' }, 'order');
  if (options !== null) compileModel(part, model, options);
  return model;
}

/** Reads the weights of the layers that have weights. */
async function layersOf(folder: Folder, source: string): Promise<readonly FileLayer[]> {
  const bundle = await openVariables(folder);
  const root = await readObjects(bundle);
  const layers: FileLayer[] = [];
  for (;;) {
    const name = `layer_with_weights-${layers.length}`;
    const layer = root.child(name);
    if (layer === undefined) return layers;
    const arrays = [];
    for (const { key } of variablesOf(layer)) {
      if (key === null) {
        throw new FileError('corrupt', `Cannot read ${source}: a weight of ${name} is missing. Save it again.`, {
          data: { source, layer: name },
        });
      }
      arrays.push(await bundle.read(key));
    }
    // Variables are listed in the order of Keras, so their names decide nothing.
    layers.push({ name, arrays, weightNames: [] });
  }
}

/** Returns the variables of a layer and its nested layers, the trainable ones first. */
function variablesOf(layer: CheckpointObject): readonly CheckpointObject[] {
  const lists = layer.child('keras_api') ?? layer;
  return ['trainable_variables', 'non_trainable_variables'].flatMap((name) =>
    itemsOf(lists.child(name) ?? layer.child(name)),
  );
}

/** Converts tuples and shapes, which Keras 2 writes as objects with their items, to lists. */
function withoutTuples(value: JsonObject): JsonObject {
  const convert = (item: Json): Json => {
    if (isList(item)) return item.map(convert);
    if (!isObject(item)) return item;
    const isTuple = (item.class_name === '__tuple__' || item.class_name === 'TensorShape') && isList(item.items);
    if (isTuple && isList(item.items)) return item.items.map(convert);
    return withoutTuples(item);
  };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item)]));
}

function notKeras(source: string): FileError {
  return new FileError(
    'unsupported',
    `${source} is a TensorFlow SavedModel without layers, such as model.export() of Keras 3 writes. Run its signatures with ` +
      "openSavedModel(), or save the whole model in Keras: model.save('model.keras').",
    { data: { source, kind: 'savedModel' } },
  );
}
