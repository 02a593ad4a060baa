import { ManabiError } from '@manabi/core';
import { boolean, type KindsOf, optional, readArgument, readOptions, signal as signalKind } from '@manabi/errors';
import type { Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { joinedBytes } from '../joined-bytes.ts';
import { type Destination, destinationName, writeTo } from '../stores/index.ts';
import { throwIfAborted } from '../stores/store-errors.ts';
import { type ZipInput, zipPieces } from '../zip/index.ts';
import { archiveNames, KERAS_VERSION, PRODUCER } from './archive-names.ts';
import { compileToKeras } from './config/compile-to-keras.ts';
import { checkClasses, modelToKeras } from './config/layer-to-keras.ts';
import type { JsonObject } from './json.ts';
import { notBuilt } from './not-built.ts';
import { pythonJson } from './python-json.ts';
import { putOptimizer, readOptimizer, weightsTree } from './weights/write-weights.ts';

/** What `saveModel` takes beside the model and where it goes. */
export interface SaveModelOptions {
  /** Whether to save how the model is trained, and the optimizer's state, so that training goes on; by default yes. */
  readonly includeOptimizer?: boolean;
  /** Stops the saving; what was there stays. */
  readonly signal?: AbortSignal;
}

const kinds = {
  includeOptimizer: optional(boolean, true),
  signal: optional(signalKind),
} satisfies KindsOf<SaveModelOptions>;

/**
 * Saves a model in the format of Keras 3: its layers, its weights, how it was compiled, and the optimizer's state. Keras
 * loads it with `keras.saving.load_model`. Whoever looks at the destination finds the old file or the new one, never a
 * part of it.
 *
 * @param destination a path (or `file:` URL) that ends in `.keras`, or a store: `download('model.keras')`
 * @throws ManabiError `argument` for a model without weights yet, another extension, and what files cannot hold:
 * functions, classes that nobody registered
 * @throws FileError as `writeFileAtomic`
 * @example `await saveModel(model, 'digits.keras')`
 */
export async function saveModel(model: Model, destination: Destination, options: SaveModelOptions = {}): Promise<void> {
  const { includeOptimizer, signal } = readOptions('saveModel', options, kinds);
  const name = destinationName(destination);
  if (!name.toLowerCase().endsWith('.keras')) throw otherExtension(name);
  await writeTo(destination, zipPieces(await archiveOf('saveModel', model, includeOptimizer)), { signal });
}

/**
 * As `saveModel`, into memory: the bytes of a `.keras` file.
 *
 * @example `const bytes = await saveModelBytes(model)`
 */
export async function saveModelBytes(model: Model, options: SaveModelOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { includeOptimizer, signal } = readOptions('saveModelBytes', options, kinds);
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(await archiveOf('saveModelBytes', model, includeOptimizer))) {
    throwIfAborted(signal, 'saveModelBytes');
    pieces.push(piece);
  }
  return joinedBytes(pieces);
}

async function archiveOf(op: string, model: Model, includeOptimizer: boolean): Promise<readonly ZipInput[]> {
  readArgument(op, 'model', model, modelKind);
  if (!model.built) throw notBuilt(op, model);
  const withOptimizer = includeOptimizer && model.compiled;
  const described = modelToKeras(model);
  // All values are those of one moment, even while the model trains: they are taken before the first await.
  const [compiled, tree, optimizer] = await Promise.all([
    withOptimizer ? compileConfigOf(model) : {},
    weightsTree(model),
    withOptimizer ? readOptimizer(model) : [],
    checkClasses(model),
  ]);
  const config = { ...described, ...compiled };
  if (optimizer.length > 0) putOptimizer(tree, model.compilation.optimizer.name, optimizer);
  const metadata = { keras_version: KERAS_VERSION, date_saved: date(new Date()), producer: PRODUCER };
  return [
    { name: archiveNames.metadata, data: textBytes(metadata) },
    { name: archiveNames.config, data: textBytes(config) },
    { name: archiveNames.weights, data: writeHdf5(tree) },
  ];
}

async function compileConfigOf(model: Model): Promise<JsonObject> {
  const { compilation } = model;
  const optimizerState = model.isTrainerLoaded ? model.trainer.optimizerState : null;
  const rate = optimizerState?.learningRate ?? null;
  await compilation.load('saveModel');
  const given = compilation.optimizer.config.learningRate;
  const present = rate === null ? null : roundTo32(await rate.item(), given);
  return { compile_config: compileToKeras(model, present) };
}

/** The number that was given, where the present one is the same in float32. */
function roundTo32(present: number, given: unknown): number {
  return typeof given === 'number' && Math.fround(given) === present ? given : present;
}

function textBytes(value: JsonObject): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(pythonJson(value));
}

/** As Keras writes it: `2026-11-26@18:34:50`. */
function date(now: Date): string {
  return now.toISOString().slice(0, 19).replace('T', '@');
}

function otherExtension(name: string): ManabiError {
  return new ManabiError(
    'argument',
    `Models are saved as .keras, and '${name}' ends in something else. Weights alone go into .weights.h5, .safetensors ` +
      'or .npz with saveWeights.',
    { op: 'saveModel', data: { destination: name } },
  );
}
