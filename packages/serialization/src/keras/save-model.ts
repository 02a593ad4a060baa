import { ManabiError } from '@manabi/core';
import {
  boolean,
  type KindsOf,
  kind,
  oneOf,
  optional,
  readArgument,
  readOptions,
  signal as signalKind,
} from '@manabi/errors';
import { joinedBytes, type ZipInput, zipPieces } from '@manabi/files/internal';
import type { Layer, Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import type { NewGroup } from '../hdf5/tree.ts';
import { writeHdf5 } from '../hdf5/write.ts';
import { type Destination, destinationName, writeTo } from '../stores/index.ts';
import { throwIfAborted } from '../stores/store-errors.ts';
import { archiveNames, KERAS_VERSION, PRODUCER } from './archive-names.ts';
import { compileToKeras } from './config/compile-to-keras.ts';
import { checkClasses, modelToKeras } from './config/layer-to-keras.ts';
import { isJson } from './is-json.ts';
import { isObject, type JsonObject } from './json.ts';
import { notBuilt } from './not-built.ts';
import { pythonJson } from './python-json.ts';
import { innermost } from './weights/optimizer-variables.ts';
import { readValues } from './weights/read-values.ts';
import { hasBytes, putOptimizer, readOptimizer, weightsTree } from './weights/write-weights.ts';

/** Options of `saveModel` and `saveModelBytes`. */
export interface SaveModelOptions {
  /** Whether to save the training configuration and the optimizer's state, so that training can continue (default true). */
  readonly includeOptimizer?: boolean;
  /**
   * Format of the file: that of Keras 3, or the HDF5 format of Keras 2 (default: by the extension of the destination; `'keras'`
   * for `saveModelBytes`).
   */
  readonly format?: ModelFormat;
  /**
   * JSON object to store in a `.keras` file, such as the names of the classes; `inspectModelFile` returns it. Keras ignores it.
   * `.h5` files cannot contain it.
   */
  readonly metadata?: JsonObject;
  /** Signal that stops the save; the old file is then unchanged. */
  readonly signal?: AbortSignal;
}

/** Format of a model file, equal to its extension. */
export type ModelFormat = 'keras' | 'h5';

const metadataKind = kind('a JSON object', (given): given is JsonObject => isObject(given) && isJson(given));

const kinds = {
  includeOptimizer: optional(boolean, true),
  format: optional(oneOf('keras', 'h5')),
  metadata: optional(metadataKind),
  signal: optional(signalKind),
} satisfies KindsOf<SaveModelOptions>;

/**
 * Saves a model in the format of Keras 3 (`.keras`) or of Keras 2 (`.h5`): its layers, weights, training configuration, and the
 * optimizer's state. Keras loads both with `load_model`. The destination holds the old file or the new one, never a part.
 *
 * Prefer `.keras`: `.h5` is for programs that use Keras 2. Keras 3 also loads such a file, except one with multi-head attention,
 * initial states of recurrent layers, or a nested model that is called several times, which it cannot read in this format. The
 * state of Adafactor and Nadam is not written, because theirs differs in Keras 2.
 *
 * @param destination a path or `file:` URL that ends with `.keras` or `.h5`, or a store: `download('model.keras')`
 * @throws ManabiError `argument` for a model without weights yet, another extension, and values that files cannot hold:
 * functions, and classes that are not registered; for `.h5`, also custom models, and layers, options and optimizers that Keras
 * 2 lacks
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts node-only
 * import { layers, loadModel, saveModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 10, inputShape: [784], activation: 'softmax' })]);
 * await saveModel(model, 'digits.keras'); // Keras in Python loads this file
 * const loaded = await loadModel('digits.keras');
 * console.log(loaded.countParams()); // 7850
 * ```
 */
export async function saveModel(model: Model, destination: Destination, options: SaveModelOptions = {}): Promise<void> {
  const { format: given, signal, ...content } = readOptions('saveModel', options, kinds);
  const name = destinationName(destination).toLowerCase();
  // Files that end with .weights.h5 contain weights only.
  const isH5 = name.endsWith('.h5') && !name.endsWith('.weights.h5');
  const format = given ?? (name.endsWith('.keras') ? 'keras' : isH5 ? 'h5' : null);
  if (format === null) throw otherExtension(destinationName(destination));
  await writeTo(destination, await piecesOf('saveModel', model, format, content), { signal });
}

/**
 * Returns the bytes of a `.keras` or `.h5` file, as `saveModel` writes it.
 *
 * @throws ManabiError `argument` for a model without weights yet, unknown options or formats, and metadata in a `.h5` file;
 * FileError `aborted` if the signal fires
 * @example
 * ```ts
 * import { layers, loadModel, saveModelBytes, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const bytes = await saveModelBytes(model);
 * console.log((await loadModel(bytes)).countParams()); // 3
 * ```
 */
export async function saveModelBytes(model: Model, options: SaveModelOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { format = 'keras', signal, ...content } = readOptions('saveModelBytes', options, kinds);
  const pieces: Uint8Array[] = [];
  for await (const piece of await piecesOf('saveModelBytes', model, format, content)) {
    throwIfAborted(signal, 'saveModelBytes');
    pieces.push(piece);
  }
  return joinedBytes(pieces);
}

/** Returns the bytes of a model file as several arrays, in order. */
async function piecesOf(
  op: string,
  model: Model,
  format: ModelFormat,
  { includeOptimizer, metadata }: { readonly includeOptimizer: boolean; readonly metadata?: JsonObject | undefined },
): Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array>> {
  readArgument(op, 'model', model, modelKind);
  if (format === 'h5' && metadata !== undefined) {
    throw new ManabiError('argument', '`metadata` cannot be stored in .h5 files. Save the model as .keras.', { op });
  }
  if (!model.built) throw notBuilt(op, model);
  const withOptimizer = includeOptimizer && model.compiled;
  // Quantized models do not train, so their values need not be captured before this import.
  const revise = hasBytes(model) ? (await import('./quantized/policy.ts')).withInt8Policies(model) : undefined;
  const config = modelToKeras(model, revise);
  // All values are captured before the first await, so that they are consistent even while the model trains.
  const capturing = [
    withOptimizer ? compileConfigOf(model) : undefined,
    withOptimizer ? readOptimizer(model) : [],
    checkClasses(model),
  ] as const;
  if (format === 'h5') {
    const [values, [compiled, optimizer], { legacyTree }] = await Promise.all([
      readValues(model.weights.map(({ value }) => value)),
      Promise.all(capturing),
      import('./legacy/save-h5.ts'),
    ]);
    const weights = new Map(model.weights.map((variable, i) => [variable, values[i]]));
    return writeHdf5(legacyTree({ model, config, weights, compiled, optimizer }));
  }
  const [tree, [compiled, optimizer]] = await Promise.all([weightsTree(model), Promise.all(capturing)]);
  if (optimizer.length > 0) putOptimizer(tree, model.compilation.optimizer, optimizer);
  return zipPieces(
    archiveOf(
      { ...config, ...(compiled === undefined ? {} : { compile_config: compiled }) },
      tree,
      metadata,
      removesMasks(model),
    ),
  );
}

function archiveOf(
  config: JsonObject,
  tree: NewGroup,
  added: JsonObject | undefined,
  removes: boolean,
): readonly ZipInput[] {
  const own = { keras_version: KERAS_VERSION, date_saved: date(new Date()), producer: PRODUCER };
  const metadata = removes ? { ...own, removes_masks: true } : own;
  return [
    { name: archiveNames.metadata, data: textBytes({ ...metadata, ...(added === undefined ? {} : { added }) }) },
    { name: archiveNames.config, data: textBytes(config) },
    { name: archiveNames.weights, data: writeHdf5(tree) },
  ];
}

/** Reports whether a model has layers that were loaded from Keras to remove masks. Files do not contain these layers. */
function removesMasks(model: Model): boolean {
  const layers = new Set<Layer>([model]);
  for (const layer of layers) {
    if (layer.className === 'SetMask') return true;
    for (const inner of layer.sublayers) layers.add(inner);
  }
  return false;
}

async function compileConfigOf(model: Model): Promise<JsonObject> {
  const { compilation } = model;
  const optimizerState = model.isTrainerLoaded ? model.trainer.optimizerState : null;
  const rate = optimizerState?.learningRate ?? null;
  await compilation.load('saveModel');
  const configured = innermost(compilation.optimizer).config.learningRate;
  const current = rate === null ? null : undoRounding(await rate.item(), configured);
  return compileToKeras(model, current);
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
    `The destination of a model must end with .keras or .h5; got '${name}'. To save only the weights as .weights.h5, .safetensors, ` +
      '.npz or .pt, use saveWeights(); to write a SavedModel, use exportSavedModel(); for ONNX, use exportOnnx().',
    { op: 'saveModel', data: { destination: name } },
  );
}
