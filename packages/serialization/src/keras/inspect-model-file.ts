import { readOptions } from '@manabi/errors';
import { FileError, type RandomAccess } from '@manabi/files';
import { openZip } from '@manabi/files/internal';
import { type Hdf5Dataset, type Hdf5Group, openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { openSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import { readJson } from './archive.ts';
import { archiveNames } from './archive-names.ts';
import { isList, isObject, type Json, type JsonObject } from './json.ts';
import { jsonOf, textOf } from './legacy/h5-attributes.ts';
import { openArchiveWeights } from './load-model.ts';

/** Description of a layer in a model file. */
export interface FileLayer {
  readonly name: string;
  readonly className: string;
  /** Layers of a model; empty for other layers. */
  readonly layers: readonly FileLayer[];
}

/** Description of an array in a model file. */
export interface FileWeight {
  /** Path in the file: `layers/dense/vars/0`, `model_weights/dense/dense/kernel:0`. */
  readonly place: string;
  /** Name of the layer that the array belongs to, if the file states it. */
  readonly layer: string | null;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Size of the array after decompression, in bytes. */
  readonly bytes: number;
}

/** Description of a model file, obtained without creating the model. */
export interface ModelFileReport {
  readonly format: 'keras' | 'h5';
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Version of Keras that wrote the file, or whose format it has. */
  readonly kerasVersion: string | null;
  /** Program that wrote the file, if stated. */
  readonly producer: string | null;
  readonly savedAt: string | null;
  /** The option `metadata` of `saveModel`; null if the file has none. */
  readonly metadata: JsonObject | null;
  /** The model; null for a file with weights only. */
  readonly model: FileLayer | null;
  /** Training configuration, with Keras's keys; null if the model was not compiled. */
  readonly compile: JsonObject | null;
  readonly weights: readonly FileWeight[];
  /** Arrays of the optimizer's state. */
  readonly optimizer: readonly FileWeight[];
}

/** Largest number of arrays and groups that are read, far more than real model files contain. */
const MOST_NODES = 200_000;
const MOST_LEVELS = 100;

/**
 * Describes the content of a `.keras` or `.h5` file: layers, weights with shapes, training configuration, versions. The
 * model is not created, so files with unknown layers can be inspected too.
 *
 * @throws FileError `corrupt`, `tooLarge`; the codes of reading the source
 * @example
 * ```ts
 * import { inspectModelFile, layers, saveModelBytes, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'dense' })]);
 * const { weights } = await inspectModelFile(await saveModelBytes(model));
 * console.log(weights.map(({ layer, shape }) => [layer, shape])); // [['dense', [3, 2]], ['dense', [2]]]
 * ```
 */
export async function inspectModelFile(source: Source, options: SourceOptions = {}): Promise<ModelFileReport> {
  readOptions('inspectModelFile', options, sourceKinds);
  const file = await openSource(source, options, true);
  try {
    return isHdf5(await file.read(0, Math.min(8, file.size))) ? await inspectH5(file) : await inspectArchive(file);
  } finally {
    await file.close();
  }
}

async function inspectArchive(file: RandomAccess): Promise<ModelFileReport> {
  const zip = await openZip(file);
  const config = await readJson(zip, archiveNames.config);
  const metadata = zip.entries.has(archiveNames.metadata) ? await readJson(zip, archiveNames.metadata) : {};
  const arrays = await arraysIn(file.name, await openArchiveWeights(zip));
  return {
    format: 'keras',
    bytes: file.size,
    kerasVersion: textIn(metadata, 'keras_version'),
    producer: textIn(metadata, 'producer'),
    savedAt: textIn(metadata, 'date_saved'),
    metadata: objectIn(metadata, 'added'),
    model: describe(config, 0),
    compile: objectIn(config, 'compile_config'),
    ...parted(arrays),
  };
}

async function inspectH5(file: RandomAccess): Promise<ModelFileReport> {
  const root = await openHdf5(file);
  const config = await jsonOf(file.name, root, 'model_config');
  return {
    format: 'h5',
    bytes: file.size,
    kerasVersion: (await textOf(root, 'keras_version')) ?? null,
    producer: null,
    savedAt: null,
    metadata: null,
    model: config === undefined ? null : describe(config, 0),
    compile: (await jsonOf(file.name, root, 'training_config')) ?? null,
    ...parted(await arraysIn(file.name, root)),
  };
}

function parted(arrays: readonly FileWeight[]): Pick<ModelFileReport, 'weights' | 'optimizer'> {
  const isOptimizers = ({ place }: FileWeight): boolean => /^optimizer(_weights)?\//.test(place);
  return { weights: arrays.filter((array) => !isOptimizers(array)), optimizer: arrays.filter(isOptimizers) };
}

async function arraysIn(source: string, root: Hdf5Group): Promise<readonly FileWeight[]> {
  const arrays: FileWeight[] = [];
  let nodes = 0;
  const visit = async (group: Hdf5Group, layer: string | null, level: number): Promise<void> => {
    for (const name of group.names) {
      nodes++;
      if (nodes > MOST_NODES || level > MOST_LEVELS) {
        throw new FileError(
          'tooLarge',
          `Refused to read ${source}: it has more than ${MOST_NODES} groups and arrays, or more than ${MOST_LEVELS} levels. Check that it is a model file.`,
          {
            data: { source, nodes, level },
          },
        );
      }
      const node = await group.get(name);
      if (node?.kind === 'dataset') arrays.push(describeArray(node, layer));
      if (node?.kind === 'group') await visit(node, (await layerOf(node, group, name)) ?? layer, level + 1);
    }
  };
  await visit(root, null, 0);
  return arrays;
}

/**
 * Returns the name of the layer whose weights a group contains. Keras 3 stores the name beside the weights; in Keras 2,
 * it is the name of the group.
 */
async function layerOf(group: Hdf5Group, parent: Hdf5Group, name: string): Promise<string | undefined> {
  return name === 'vars' ? textOf(group, 'name') : parent.path === 'model_weights' ? name : undefined;
}

function describeArray({ path, type, shape, byteLength }: Hdf5Dataset, layer: string | null): FileWeight {
  const dtype = type.kind === 'number' ? type.element : type.kind === 'text' ? 'text' : type.what;
  return { place: path, layer, dtype, shape, bytes: byteLength };
}

function describe(value: Json, level: number): FileLayer {
  const { class_name: className, config, name } = isObject(value) ? value : {};
  const inner = isList(config) ? config : isObject(config) && isList(config.layers) ? config.layers : [];
  return {
    name: String(name ?? (isObject(config) ? config.name : undefined) ?? ''),
    className: String(className ?? ''),
    layers: level > MOST_LEVELS ? [] : inner.map((layer) => describe(layer, level + 1)),
  };
}

function textIn(object: JsonObject, name: string): string | null {
  const value = object[name];
  return typeof value === 'string' ? value : null;
}

function objectIn(object: JsonObject, name: string): JsonObject | null {
  const value = object[name];
  return isObject(value) && Object.keys(value).length > 0 ? value : null;
}
