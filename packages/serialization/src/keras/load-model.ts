import { checkOptions, ManabiError } from '@manabi/core';
import { FileError, type RandomAccess } from '@manabi/files';
import { type Layer, layerFrom, Model } from '@manabi/layers';
import { withHdf5 } from '../hdf5/open.ts';
import { openSource, type Source, type SourceOptions } from '../stores/index.ts';
import { openZip, type ZipArchive } from '../zip/index.ts';
import { archiveNames, PRODUCER } from './archive-names.ts';
import { compileFromKeras } from './config/compile-from-keras.ts';
import { layerFromKeras } from './config/layer-from-keras.ts';
import type { Origin } from './config/origin.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { readOptimizer } from './weights/read-optimizer.ts';
import { readWeights } from './weights/read-weights.ts';

/** What `loadModel` takes beside the source. */
export interface LoadModelOptions extends SourceOptions {
  /** Whether the model is compiled as it was when it was saved, with the state of its optimizer; by default yes. */
  readonly compile?: boolean;
}

/**
 * Loads a model that `saveModel` or Keras 3 saved as `.keras`. It predicts what it predicted before, and goes on training
 * where it stopped. Files may come from anywhere: they hold no code, and broken or hostile ones are refused.
 *
 * @param source a path, a URL, a `File` of an upload, bytes, or a store
 * @throws FileError `corrupt` for what is broken, and weights that do not fit; `unsupported` for layers, options and
 * optimizers that are not there, with the nearest names; `tooLarge`; as reading itself
 * @throws ManabiError for options with which a layer cannot be made
 * @example `const model = await loadModel('digits.keras')`
 */
export async function loadModel(source: Source, options: LoadModelOptions = {}): Promise<Model> {
  checkOptions('loadModel', options, { compile: true, headers: true, signal: true, maxBytes: true });
  const { compile = true, ...reading } = options;
  const file = await openSource(source, reading);
  try {
    return await loadArchive(file, compile);
  } finally {
    await file.close();
  }
}

async function loadArchive(file: RandomAccess, compile: boolean): Promise<Model> {
  const zip = await openZip(file);
  const config = await readJson(zip, archiveNames.config);
  const metadata = zip.entries.has(archiveNames.metadata) ? await readJson(zip, archiveNames.metadata) : {};
  const origin = originOf(file.name, metadata);
  const model = modelFrom(origin, config);
  const options = compile ? compileFromKeras(origin, config.compile_config) : null;
  const bytes = await readEntry(zip, archiveNames.weights);
  await withHdf5(`${file.name}/${archiveNames.weights}`, bytes, async (root) => {
    const weights = { name: file.name, root };
    readWeights(weights, model);
    if (options === null) return;
    model.compile(options);
    await readOptimizer(weights, model);
  });
  return model;
}

/**
 * Reads the weights of a `.keras` file into a model that is there.
 *
 * @throws FileError as `loadModel`
 */
export async function readArchiveWeights(file: RandomAccess, model: Model): Promise<void> {
  const zip = await openZip(file);
  const bytes = await readEntry(zip, archiveNames.weights);
  await withHdf5(`${file.name}/${archiveNames.weights}`, bytes, (root) =>
    readWeights({ name: file.name, root }, model),
  );
}

/**
 * The model of a config, with weights of its own.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function modelFrom(origin: Origin, config: JsonObject): Model {
  const { className, config: options } = layerFromKeras(origin, config);
  const layer = made(origin, className, options);
  if (!(layer instanceof Model)) {
    throw new FileError('unsupported', `${origin.source} holds a layer (${className}), and no model.`, {
      data: { source: origin.source, className },
    });
  }
  if (!layer.built) build(layer, config);
  return layer;
}

function made(origin: Origin, className: string, options: Readonly<Record<string, unknown>>): Layer {
  try {
    return layerFrom(className, options);
  } catch (error) {
    if (!(error instanceof ManabiError)) throw error;
    throw new FileError('unsupported', `${origin.source} cannot be loaded: ${error.message}`, {
      data: { source: origin.source, ...error.data },
      cause: error,
    });
  }
}

/** Makes the weights of a model whose layers do not say what they take: its file says for which inputs they were made. */
function build(model: Model, { config, build_config: buildConfig }: JsonObject): void {
  const within = isObject(config) ? config.build_input_shape : undefined;
  const shape = within ?? (isObject(buildConfig) ? buildConfig.input_shape : undefined);
  if (isShape(shape)) model.build(shape);
  else if (isList(shape) && shape.every(isShape)) model.build(shape);
}

function isShape(value: Json | undefined): value is readonly (number | null)[] {
  return isList(value) && value.length > 0 && value.every((length) => length === null || typeof length === 'number');
}

function originOf(source: string, { keras_version: version, producer }: JsonObject): Origin {
  const generation = typeof version === 'string' && /^[12]\./.test(version) ? 2 : 3;
  return { source, generation, isOurs: producer === PRODUCER };
}

async function readJson(zip: ZipArchive, name: string): Promise<JsonObject> {
  const text = new TextDecoder().decode(await readEntry(zip, name));
  const value = parsed(zip.name, name, text);
  if (isObject(value)) return value;
  throw new FileError('corrupt', `${name} in ${zip.name} holds no object.`, {
    data: { source: zip.name, entry: name },
  });
}

/** JSON as Python writes it, which may hold NaN and Infinity. */
function parsed(source: string, entry: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError('corrupt', `${entry} in ${source} is no JSON: ${String(error)}`, {
      data: { source, entry },
      cause: error,
    });
  }
}

async function readEntry(zip: ZipArchive, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const entry = zip.entries.get(name);
  if (entry !== undefined) return zip.read(entry);
  throw new FileError(
    'corrupt',
    `${zip.name} is no .keras file: it holds no ${name}, but ${[...zip.entries.keys()].slice(0, 5).join(', ') || 'nothing'}.`,
    { data: { source: zip.name, entry: name, entries: [...zip.entries.keys()].slice(0, 20) } },
  );
}
