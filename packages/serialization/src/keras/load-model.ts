import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import { FileError, type RandomAccess } from '@manabi/files';
import { isZipFile, openZip, type ZipArchive } from '@manabi/files/internal';
import type { Model } from '@manabi/layers';
import { type Hdf5Group, openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { accessBytes, openSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import { readEntry, readJson } from './archive.ts';
import { archiveNames, PRODUCER } from './archive-names.ts';
import { ConfigPart } from './config/config-part.ts';
import type { Origin } from './config/origin.ts';
import type { JsonObject } from './json.ts';
import { modelFrom } from './model-from.ts';
import type { QuantizedLayers } from './quantized/quantize-layers.ts';
import { SCALES } from './quantized/scales.ts';
import { readWeights } from './weights/read-weights.ts';

/** Options of `loadModel`. */
export interface LoadModelOptions extends SourceOptions {
  /** Whether to compile the model as it was when saved, with the state of its optimizer (default true). */
  readonly compile?: boolean;
  /**
   * Whether to convert weights that Keras quantized to int8 to floats, so that the model can be trained (default false: the model
   * computes with integers, as in Keras, and cannot be trained).
   */
  readonly dequantize?: boolean;
}

const kinds = {
  ...sourceKinds,
  compile: optional(boolean, true),
  dequantize: optional(boolean, false),
} satisfies KindsOf<LoadModelOptions>;

/**
 * Loads a model that `saveModel` or Keras saved as `.keras` or `.h5`, or a folder: a SavedModel of Keras 2, or the content of a
 * `.keras` file, as Keras writes it to Hugging Face. The format is recognized by the content. The model predicts the same outputs as before, and its training can continue; for models of Keras
 * before version 2.11 and for a SavedModel, with a new optimizer. Untrusted files are safe to load: they contain no code, and
 * damaged or hostile ones are rejected.
 *
 * @param source a path, a URL, a `File` of an upload, bytes, or a store. An untrusted path or URL can name any file:
 * restrict it with `allow` and `within`
 * @throws FileError `corrupt` for damaged files, and weights that do not fit; `unsupported` for unknown layers, options and
 * optimizers, with the nearest names, and for files of other formats, with advice on how to read them; `tooLarge`; the codes
 * of reading the source
 * @throws ManabiError for invalid options
 * @example
 * ```ts node-only
 * import { layers, loadModel, saveModel, sequential, tensor } from 'manabi';
 *
 * await saveModel(sequential([layers.dense({ units: 1, inputShape: [2] })]), 'digits.keras');
 * const model = await loadModel('digits.keras');
 * const y = await model.predict(tensor([[1, 2]]));
 * console.log(y.shape); // [1, 1]
 * ```
 */
export async function loadModel(source: Source, options: LoadModelOptions = {}): Promise<Model> {
  const { compile, dequantize, ...reading } = readOptions('loadModel', options, kinds);
  let file: RandomAccess;
  try {
    file = await openSource(source, reading);
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'notAFile') throw error;
    const { loadFolder } = await import('./legacy/load-saved-model.ts');
    return loadFolder(source, reading, compile, (zip) => loadParts(zip, compile, dequantize));
  }
  try {
    if (isHdf5(await file.read(0, Math.min(8, file.size)))) {
      const { loadLegacyModel } = await import('./legacy/load-h5.ts');
      return await loadLegacyModel(file.name, await openHdf5(file), compile);
    }
    return await loadArchive(file, compile, dequantize);
  } finally {
    await file.close();
  }
}

async function loadArchive(file: RandomAccess, compile: boolean, dequantize: boolean): Promise<Model> {
  const isZip = isZipFile(await file.read(0, Math.min(4, file.size)));
  const zip = isZip ? await openZip(file) : null;
  if (zip === null || !zip.entries.has(archiveNames.config)) {
    const { otherModel } = await import('../recognize/index.ts');
    throw await otherModel(file);
  }
  return loadParts(zip, compile, dequantize);
}

/**
 * Loads the model whose files an archive contains.
 *
 * @throws FileError the codes of `loadModel`
 */
async function loadParts(zip: ZipArchive, compile: boolean, dequantize: boolean): Promise<Model> {
  const { name } = zip;
  const given = await readJson(zip, archiveNames.config);
  const rare = RARE.test(JSON.stringify(given)) ? await import('./rare.ts') : null;
  const config = (await rare?.commonConfig(given, zip, openArchiveWeights)) ?? given;
  const metadata = zip.entries.has(archiveNames.metadata) ? await readJson(zip, archiveNames.metadata) : {};
  const origin = await originOf(name, metadata, rare?.operatorReader(config) ?? null);
  const whole = new ConfigPart(origin, config);
  const model = await modelFrom(whole);
  const training = whole.field('compile_config');
  const reading = compile && !training.isMissing ? await import('./read-training.ts') : null;
  const options = (await reading?.compileFromKeras(training)) ?? null;
  const inFile = { name, root: await openArchiveWeights(zip) };
  const needed = rare ?? (inFile.root.names.includes(SCALES) ? await import('./rare.ts') : null);
  const quantized: QuantizedLayers =
    dequantize || needed === null ? new Map() : await needed.quantizeLayers(inFile, given, model);
  const weights = needed?.currentWeights(inFile, quantized) ?? inFile;
  await readWeights(weights, model);
  if (reading === null || options === null) return model;
  reading.compileModel(training, model, options);
  if (quantized.size > 0) return model;
  if (origin.generation === 3) await reading.readOptimizer(weights, model);
  else await (await import('./legacy/restore-optimizer.ts')).readOptimizerOfKeras2(weights, model);
  return model;
}

/**
 * Reads the weights of a `.keras` file into an existing model.
 *
 * @throws FileError the codes of `loadModel`
 */
export async function readArchiveWeights(zip: ZipArchive, model: Model): Promise<void> {
  await readWeights({ name: zip.name, root: await openArchiveWeights(zip) }, model);
}

/**
 * Opens the weights in a `.keras` file.
 *
 * @throws FileError the codes of `openHdf5`
 */
export async function openArchiveWeights(zip: ZipArchive): Promise<Hdf5Group> {
  const { weights } = archiveNames;
  // Other content is rejected before it is decompressed as a whole.
  return openHdf5(accessBytes(await readEntry(zip, weights, isHdf5), `${zip.name}/${weights}`));
}

/**
 * Matches a config with layers that encode text, with operators of `keras.ops` or functions of TensorFlow in files of Keras 2,
 * with layers whose weights Keras 2 stores in another form, or with quantized weights.
 */
export const RARE =
  /"module":"keras[.\w]*\.ops\b|"(TextV\w+|\w+Lookup|Hash\w+|\w+OpLambda|TensorFlowOpLayer|Sync\w+|Local\w+|\w+DTypePolicy|MultiHeadAttention)"|mask":[[{]/;

/**
 * Returns what the parts of a config need to know about its file.
 *
 * @param operators the reader of operators; null if the config has none
 */
export async function originOf(
  source: string,
  { keras_version: version, producer, removes_masks: removesMasks }: JsonObject,
  operators: Origin['operators'],
): Promise<Origin> {
  const isOld = typeof version === 'string' && /^[12]\./.test(version);
  const older = isOld ? await import('./legacy/older-options.ts') : null;
  return {
    source,
    generation: isOld ? 2 : 3,
    isFromManabi: producer === PRODUCER,
    removesMasks: producer !== PRODUCER || removesMasks === true,
    shared: new Map(),
    olderOptions: older?.olderOptions ?? null,
    operators,
  };
}
