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
import { innermost } from './weights/optimizer-variables.ts';
import { putOptimizer, readOptimizer, weightsTree } from './weights/write-weights.ts';

/** Options of `saveModel` and `saveModelBytes`. */
export interface SaveModelOptions {
  /** Whether to save the training configuration and the optimizer's state, so that training can continue (default true). */
  readonly includeOptimizer?: boolean;
  /** Signal that stops the save; the old file is then unchanged. */
  readonly signal?: AbortSignal;
}

const kinds = {
  includeOptimizer: optional(boolean, true),
  signal: optional(signalKind),
} satisfies KindsOf<SaveModelOptions>;

/**
 * Saves a model in the format of Keras 3: its layers, weights, training configuration, and the optimizer's state. Keras
 * loads it with `keras.saving.load_model`. The destination holds the old file or the new one, never a part.
 *
 * @param destination a path or `file:` URL that ends with `.keras`, or a store: `download('model.keras')`
 * @throws ManabiError `argument` for a model without weights yet, another extension, and values that files cannot hold:
 * functions, and classes that are not registered
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * await saveModel(model, 'digits.keras');
 * ```
 */
export async function saveModel(model: Model, destination: Destination, options: SaveModelOptions = {}): Promise<void> {
  const { includeOptimizer, signal } = readOptions('saveModel', options, kinds);
  const name = destinationName(destination);
  if (!name.toLowerCase().endsWith('.keras')) throw otherExtension(name);
  await writeTo(destination, zipPieces(await archiveOf('saveModel', model, includeOptimizer)), { signal });
}

/**
 * Returns the bytes of a `.keras` file, as `saveModel` writes it.
 *
 * @example
 * ```ts
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const bytes = await saveModelBytes(model);
 * (await loadModel(bytes)).countParams(); // => 3
 * ```
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
  // All values are captured before the first await, so that they are consistent even while the model trains.
  const [compiled, tree, optimizer] = await Promise.all([
    withOptimizer ? compileConfigOf(model) : {},
    weightsTree(model),
    withOptimizer ? readOptimizer(model) : [],
    checkClasses(model),
  ]);
  const config = { ...described, ...compiled };
  if (optimizer.length > 0) putOptimizer(tree, model.compilation.optimizer, optimizer);
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
  const configured = innermost(compilation.optimizer).config.learningRate;
  const current = rate === null ? null : undoRounding(await rate.item(), configured);
  return { compile_config: compileToKeras(model, current) };
}

/** Returns `configured` if `current` is equal to it after rounding to float32; otherwise returns `current`. */
function undoRounding(current: number, configured: unknown): number {
  return typeof configured === 'number' && Math.fround(configured) === current ? configured : current;
}

function textBytes(value: JsonObject): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(pythonJson(value));
}

/** Formats a date as Keras does: `2026-11-26@18:34:50`. */
function date(now: Date): string {
  return now.toISOString().slice(0, 19).replace('T', '@');
}

function otherExtension(name: string): ManabiError {
  return new ManabiError(
    'argument',
    `The destination of a model must end with .keras; got '${name}'. To save only the weights as .weights.h5, .safetensors ` +
      'or .npz, use saveWeights().',
    { op: 'saveModel', data: { destination: name } },
  );
}
