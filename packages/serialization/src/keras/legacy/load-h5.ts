import type { Model } from '@manabi/layers';
import type { Hdf5Group } from '../../hdf5/open.ts';
import { otherFile } from '../../recognize/index.ts';
import { compileFromKeras, compileModel } from '../config/compile-from-keras.ts';
import { ConfigPart } from '../config/config-part.ts';
import type { Origin } from '../config/origin.ts';
import { isObject, type JsonObject } from '../json.ts';
import { modelFrom } from '../model-from.ts';
import { operatorReader } from '../operators/read-operators.ts';
import { withStringInputs } from '../text/encoded-inputs.ts';
import { restoreOptimizer } from '../weights/read-optimizer.ts';
import { groupIn } from '../weights/read-weights.ts';
import { jsonOf, textOf, textsOf } from './h5-attributes.ts';
import { readLegacyWeights, weightAt } from './h5-weights.ts';
import { olderOptions } from './older-options.ts';
import { restoreOptimizerOfKeras2 } from './restore-optimizer.ts';

/**
 * Loads a whole model from an `.h5` file of Keras 1 or 2, or one that Keras 3 wrote in this older format. The state of
 * the optimizers that Keras had before version 2.11, and of Adafactor and Nadam in Keras 2, is not read: training starts with a new state.
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
  const origin: Origin = {
    source,
    generation,
    isFromManabi: false,
    removesMasks: false,
    shared: new Map(),
    olderOptions: older,
    operators: operatorReader({}),
  };
  const model = await modelFrom(new ConfigPart(origin, withStringInputs(config)));
  const training = compile ? await jsonOf(source, root, 'training_config') : undefined;
  const compiled = training === undefined ? undefined : compileConfig(training);
  const trainingPart = new ConfigPart(origin, compiled, 'training_config');
  const options = await compileFromKeras(trainingPart);
  await readLegacyWeights(source, root, model);
  if (options === null) return model;
  compileModel(trainingPart, model, options);
  await readLegacyOptimizer(source, root, model);
  return model;
}

function generationOf(version: string): Origin['generation'] {
  if (version.startsWith('1.')) return 1;
  return version.startsWith('2.') ? 2 : 3;
}

/**
 * Reads the state of an optimizer of Keras 2.11 or later, whose first variable is named `iteration`. Keras 3 also stores
 * the learning rate.
 */
async function readLegacyOptimizer(source: string, root: Hdf5Group, model: Model): Promise<void> {
  const group = await groupIn(root, ['optimizer_weights']);
  const names = group === undefined ? [] : ((await textsOf(group, 'weight_names')) ?? []);
  if (group === undefined || !/(^|\/)iteration(:0)?$/.test(names[0] ?? '')) return;
  const hasRate = names.some((name) => /(^|\/)learning_rate$/.test(name));
  const datasets = [];
  for (const name of names) datasets.push(await weightAt(source, group, name, 'optimizer_weights'));
  if (hasRate) await restoreOptimizer(source, datasets, model);
  else await restoreOptimizerOfKeras2(source, datasets, model);
}

/** Converts the training configuration of Keras 2 to that of Keras 3. */
export function compileConfig(training: JsonObject): JsonObject {
  const { optimizer_config: optimizer, ...rest } = training;
  // The config of TensorFlow's own optimizers does not state their class.
  return isObject(optimizer) && optimizer.class_name !== 'TFOptimizer' ? { ...rest, optimizer } : rest;
}
