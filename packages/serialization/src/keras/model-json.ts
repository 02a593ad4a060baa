import { boolean, type KindsOf, optional, readArgument, readOptions, text } from '@manabi/errors';
import type { Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { ConfigPart } from './config/config-part.ts';
import { checkClasses, modelToKeras } from './config/layer-to-keras.ts';
import type { JsonObject } from './json.ts';
import { originOf, RARE } from './load-model.ts';
import { modelFrom } from './model-from.ts';
import { parseJson } from './parse-json.ts';
import { pythonJson } from './python-json.ts';
import { hasBytes } from './weights/write-weights.ts';

/**
 * Returns the layers of a model and their connections as JSON, without weights and training configuration. Keras reads it with
 * `keras.models.model_from_json`.
 *
 * @throws ManabiError `argument` for values that files cannot hold: functions, and classes that are not registered
 * @example
 * ```ts
 * import { layers, modelFromJson, modelToJson, sequential } from 'manabi';
 *
 * const json = await modelToJson(sequential([layers.dense({ units: 1, inputShape: [2] })]));
 * console.log((await modelFromJson(json)).countParams()); // 3
 * ```
 */
export async function modelToJson(model: Model): Promise<string> {
  readArgument('modelToJson', 'model', model, modelKind);
  const revise = hasBytes(model) ? (await import('./quantized/policy.ts')).withInt8Policies(model) : undefined;
  const config = modelToKeras(model, revise);
  await checkClasses(model);
  return pythonJson(config);
}

/** Options of `modelFromJson`. */
export interface ModelFromJsonOptions {
  /** Whether to compile the model if the JSON has a training configuration, as Keras writes it (default true). */
  readonly compile?: boolean;
}

const kinds = { compile: optional(boolean, true) } satisfies KindsOf<ModelFromJsonOptions>;

/**
 * Creates a model with new weights from JSON: the result of `modelToJson`, or of `model.to_json()` of Keras 2 or 3. `loadWeights`
 * then reads weights that were saved separately.
 *
 * @throws FileError `corrupt` for text that is not the JSON of a model; `unsupported` for unknown layers and options, with the
 * nearest names; `tooLarge`
 * @example
 * ```ts
 * import { modelFromJson } from 'manabi';
 *
 * const model = await modelFromJson(
 *   `{ "class_name": "Sequential", "config": { "layers": [
 *     { "class_name": "InputLayer", "config": { "batch_shape": [null, 2] } },
 *     { "class_name": "Dense", "config": { "units": 3 } }
 *   ] } }`,
 * );
 * console.log(model.countParams()); // 9
 * ```
 */
export async function modelFromJson(json: string, options: ModelFromJsonOptions = {}): Promise<Model> {
  readArgument('modelFromJson', 'json', json, text);
  const { compile } = readOptions('modelFromJson', options, kinds);
  const given = parseJson(SOURCE, 'its JSON', json);
  const rare = RARE.test(JSON.stringify(given)) ? await import('./rare.ts') : null;
  const config = rare?.withoutQuantization(SOURCE, given) ?? given;
  const whole = new ConfigPart(await originOf(SOURCE, versionOf(config), rare?.operatorReader(config) ?? null), config);
  const model = await modelFrom(whole);
  const training = whole.field('compile_config');
  if (!compile || training.isMissing) return model;
  const { compileFromKeras, compileModel } = await import('./read-training.ts');
  const compiled = await compileFromKeras(training);
  if (compiled !== null) compileModel(training, model, compiled);
  return model;
}

/** Name of the model in messages. */
const SOURCE = 'the model';

/** Keras 2 writes its version next to the config; Keras 3 writes the module of each class instead. */
function versionOf({ keras_version: version, module }: JsonObject): JsonObject {
  if (typeof version === 'string') return { keras_version: version };
  return { keras_version: module === undefined ? '2.0.0' : '3.0.0' };
}
