import type { Model } from '@manabi/layers';
import type { Hdf5Group } from '../../hdf5/open.ts';
import { otherFile } from '../../recognize/index.ts';
import { compileFromKeras, compileModel } from '../config/compile-from-keras.ts';
import { ConfigPart } from '../config/config-part.ts';
import type { Origin } from '../config/origin.ts';
import { isObject, type JsonObject } from '../json.ts';
import { modelFrom } from '../model-from.ts';
import { jsonOf, textOf } from './h5-attributes.ts';
import { readLegacyWeights } from './h5-weights.ts';
import { olderOptions } from './older-options.ts';

/**
 * Makes the model of a whole-model `.h5` file, as Keras 1 and 2 (and 3, on request) write it, with its weights. What the
 * optimizer remembered is not read: training begins with a fresh one.
 *
 * @throws FileError `corrupt`, `unsupported` as `loadModel`; `unsupported` for a file without a model
 */
export async function loadLegacyModel(source: string, root: Hdf5Group, compile: boolean): Promise<Model> {
  const config = await jsonOf(source, root, 'model_config');
  if (config === undefined) {
    throw otherFile(source, 'h5Weights', 'a whole model of Keras');
  }
  const version = (await textOf(root, 'keras_version')) ?? '1.0';
  const generation = generationOf(version);
  const older = generation === 3 ? null : olderOptions;
  const origin: Origin = { source, generation, isOurs: false, shared: new Map(), olderOptions: older };
  const model = await modelFrom(new ConfigPart(origin, config));
  const training = compile ? await jsonOf(source, root, 'training_config') : undefined;
  const compiled = training === undefined ? undefined : compileConfig(training);
  const trainingPart = new ConfigPart(origin, compiled, 'training_config');
  const options = await compileFromKeras(trainingPart);
  await readLegacyWeights(source, root, model);
  if (options !== null) compileModel(trainingPart, model, options);
  return model;
}

function generationOf(version: string): Origin['generation'] {
  if (version.startsWith('1.')) return 1;
  return version.startsWith('2.') ? 2 : 3;
}

/** How Keras 2 says what a model was compiled with, in the words of Keras 3. */
function compileConfig(training: JsonObject): JsonObject {
  const { optimizer_config: optimizer, ...rest } = training;
  // An optimizer of TensorFlow itself says nothing of what it is.
  return isObject(optimizer) && optimizer.class_name !== 'TFOptimizer' ? { ...rest, optimizer } : rest;
}
