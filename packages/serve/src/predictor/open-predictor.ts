import { type KindsOf, optional, readArgument, readOptions, text } from '@manabi/errors';
import { loadModel } from '@manabi/serialization';
import { recognizeFile } from '@manabi/serialization/recognize';
import { type ModelPredictorOptions, modelPredictor } from './model-predictor.ts';
import { onnxPredictor } from './onnx-predictor.ts';
import type { Predictor } from './predictor.ts';
import { savedModelPredictor } from './saved-model-predictor.ts';

/** Options of `openPredictor`. */
export interface OpenPredictorOptions extends ModelPredictorOptions {
  /** Name of the signature of a SavedModel (default `serving_default`). */
  readonly signature?: string;
}

const kinds = { signature: optional(text, 'serving_default') } satisfies KindsOf<
  Pick<OpenPredictorOptions, 'signature'>
>;

/**
 * Opens a model file for serving, which is recognized by its content: an ONNX file, which ONNX Runtime runs; the folder of a
 * SavedModel, of which a signature is served; or any file that `loadModel` loads.
 *
 * @param path path or URL
 * @throws FileError, ManabiError from `loadModel`, `openSavedModel` and `openSession`; ManabiError `argument` for a model
 * with an input or output that requests cannot contain
 * @example
 * ```ts
 * import { openPredictor } from '@manabi/serve';
 * import { layers, saveModel, sequential } from 'manabi';
 *
 * await saveModel(sequential([layers.dense({ units: 2, inputShape: [3] })]), 'model.keras');
 * const predictor = await openPredictor('model.keras');
 * console.log(predictor.outputs[0].shape); // [null, 2]
 * ```
 */
export async function openPredictor(path: string, options: OpenPredictorOptions = {}): Promise<Predictor> {
  readArgument('openPredictor', 'path', path, text);
  const { classNames, preparation, ...own } = options;
  const { signature } = readOptions('openPredictor', own, kinds, { others: ['classNames', 'preparation'] });
  const shared = {
    ...(classNames === undefined ? {} : { classNames }),
    ...(preparation === undefined ? {} : { preparation }),
  };
  const format = await recognizeFile(path);
  if (format === 'onnx') return { ...(await onnxPredictor(path)), ...shared };
  if (format === 'savedModel') return { ...(await savedModelPredictor(path, signature)), ...shared };
  return modelPredictor(await loadModel(path, { compile: false }), shared);
}
