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
 * Loads a whole model from an `.h5` file of Keras 1 or 2, or one that Keras 3 wrote in this older format. The state of
 * the optimizer is not read: training starts with a new state.
 *
 * @throws FileError `corrupt`, `unsupported` like `loadModel`; `unsupported` for a file without a model
 */
export async function loadLegacyModel(source: string, root: Hdf5Group, compile: boolean): Promise<Model> {
  const config = await jsonOf(source, root, 'model_config');
  if (config === undefined) {
    throw otherFile(source, 'h5Weights', 'a whole Keras model');
  }
  const version = (await textOf(root, 'keras_version')) ?? '1.0';
  const generation = generationOf(version);
  const older = generation === 3 ? null : olderOptions;
  const origin: Origin = { source, generation, isFromManabi: false, shared: new Map(), olderOptions: older };
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

/** Converts the training configuration of Keras 2 to that of Keras 3. */
function compileConfig(training: JsonObject): JsonObject {
  const { optimizer_config: optimizer, ...rest } = training;
  // The config of TensorFlow's own optimizers does not state their class.
  return isObject(optimizer) && optimizer.class_name !== 'TFOptimizer' ? { ...rest, optimizer } : rest;
}
