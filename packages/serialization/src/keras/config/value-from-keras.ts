import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { isForeign, registeredName, savedAsOf } from './class-names.ts';
import type { ConfigPart, ReadLayer } from './config-part.ts';
import { HARD_SIGMOID, hardSigmoidOfKeras2 } from './hard-sigmoid.ts';
import { moduleWithin } from './keras-classes.ts';
import { toCamel, wordToOurs } from './spelling.ts';

/** Options that hold layers, whatever the module says. */
const HOLDS_LAYERS: ReadonlySet<string> = new Set(['layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells']);

/** Options of initializers and the like that say nothing here. */
const WITHOUT_MEANING: Readonly<Record<string, readonly Json[]>> = {
  dtype: ['float32', null],
  input_axes: [null],
  output_axes: [null],
};

/**
 * Reads an option's value as we take it: names in camelCase, initializers as `{ className, config }`, layers as
 * descriptions.
 *
 * @param option the name, in camelCase
 * @throws FileError `corrupt`; `unsupported` for functions that are Python
 */
export function valueFromKeras(part: ConfigPart, option: string, readLayer: ReadLayer): unknown {
  const { value } = part;
  if (value === HARD_SIGMOID) return hardSigmoidOfKeras2();
  if (typeof value === 'string') return wordToOurs(option, value);
  if (isList(value)) return part.list().map((item) => valueFromKeras(item, option, readLayer));
  if (!isObject(value)) return value;
  // Numbers of NumPy, as Keras 2 writes them.
  if (value.type === 'ndarray') return value.value;
  if (!('class_name' in value)) {
    return Object.fromEntries(
      part.entries().map(([name, item]) => [toCamel(name), valueFromKeras(item, toCamel(name), readLayer)]),
    );
  }
  const className = part.field('class_name').text('the name of a class');
  const config = part.field('config');
  switch (className) {
    case '__numpy__':
    case '__tensor__':
      return config.optional('value')?.value ?? null;
    case 'function':
      return functionName(part, config.text('the name of a function'));
    case 'SeedGenerator':
      return config.optional('seed')?.value ?? null;
    case '__lambda__':
    case 'lambda':
      throw part.unsupported(
        `the option '${option}' of ${ofLayer(part)} holds Python code, which only Python runs. Give the function a name.`,
        { option },
      );
  }
  if (/activation$/i.test(option) && isLayerModule(value.module)) return activationOf(part, option, className);
  if (HOLDS_LAYERS.has(option) || isLayerModule(value.module)) return readLayer(part);
  return {
    className: ownName(part),
    savedAs: savedAsOf(part),
    config: config.isMissing ? {} : configFromKeras(config.as(withoutEmpty(config.object())), readLayer),
  };
}

/** The name of a function, with the package that Python registered it in: older versions write that apart. */
export function functionName(part: ConfigPart, name: string): string {
  const registered = registeredName(part);
  if (registered.includes('>')) return registered;
  return name.includes('>') ? name : wordToOurs('activation', name);
}

/**
 * The name of an initializer's class and the like, with its package.
 *
 * @throws FileError `unsupported` for a class of one's own that cannot be told from one of Keras
 */
function ownName(part: ConfigPart): string {
  const name = registeredName(part);
  if (!isForeign(part) || name.includes('>') || moduleWithin(name) === undefined) return name;
  throw part.unsupported(
    `${ofLayer(part)} has a class '${name}' of its own, which Keras has too. Register it in Python in a package, ` +
      "@keras.saving.register_keras_serializable('my_package'), and save the model again.",
    { className: name },
  );
}

/** Reads all entries of a config, by our names. */
export function configFromKeras(config: ConfigPart, readLayer: ReadLayer): Record<string, unknown> {
  return Object.fromEntries(
    config.entries().map(([name, part]) => {
      const option = toCamel(name);
      return [option, valueFromKeras(part, option, readLayer)];
    }),
  );
}

function ofLayer({ layer }: ConfigPart): string {
  return layer === null ? 'the training' : `the layer '${layer}'`;
}

function withoutEmpty(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).filter(
      ([name, value]) => !(Object.hasOwn(WITHOUT_MEANING, name) && WITHOUT_MEANING[name].includes(value)),
    ),
  );
}

/** Layers that stand for an activation, with the options at which they are one. */
const ACTIVATION_LAYERS: Readonly<Record<string, { readonly name: string; readonly config: JsonObject }>> = {
  ELU: { name: 'elu', config: { alpha: 1 } },
  LeakyReLU: { name: 'leakyRelu', config: { negative_slope: 0.2 } },
  ReLU: { name: 'relu', config: { max_value: null, negative_slope: 0, threshold: 0 } },
  Softmax: { name: 'softmax', config: { axis: -1 } },
};

/** The activation that a layer in its place is. */
function activationOf(part: ConfigPart, option: string, className: string): string {
  const row = Object.hasOwn(ACTIVATION_LAYERS, className) ? ACTIVATION_LAYERS[className] : undefined;
  const options = part.optional('config')?.object() ?? {};
  const isPlain =
    row !== undefined && Object.entries(row.config).every(([name, value]) => (options[name] ?? null) === value);
  if (isPlain) return row.name;
  throw part.unsupported(
    `${ofLayer(part)} has the layer ${className} for its ${option}, with options that no activation here has. Make it a ` +
      'layer of its own, behind this one, and save the model again.',
    { option, className },
  );
}

function isLayerModule(module: Json | undefined): boolean {
  return typeof module === 'string' && /(^|\.)(layers|models)(\.|$)/.test(module);
}
