import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { isForeign, registeredName, savedAsOf } from './class-names.ts';
import type { ConfigPart, ReadLayer } from './config-part.ts';
import { HARD_SIGMOID, hardSigmoidOfKeras2 } from './hard-sigmoid.ts';
import { moduleWithin } from './keras-classes.ts';
import { toCamel, wordFromKeras } from './spelling.ts';

/** Options whose values are layers, even if their configs do not name the module `keras.layers`. */
const HOLDS_LAYERS: ReadonlySet<string> = new Set(['layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells']);

/**
 * Options of initializers and similar objects that manabi ignores, with their only accepted values, which have no
 * effect.
 */
const WITHOUT_EFFECT: Readonly<Record<string, readonly Json[]>> = {
  dtype: ['float32', null],
  input_axes: [null],
  output_axes: [null],
};

/**
 * Reads the value of an option: names become camelCase, initializers become `{ className, config }`, layers become
 * descriptions.
 *
 * @param option name of the option in camelCase
 * @throws FileError `corrupt`; `unsupported` for Python functions
 */
export function valueFromKeras(part: ConfigPart, option: string, readLayer: ReadLayer): unknown {
  const { value } = part;
  if (value === HARD_SIGMOID) return hardSigmoidOfKeras2();
  if (typeof value === 'string') return wordFromKeras(option, value);
  if (isList(value)) return part.list().map((item) => valueFromKeras(item, option, readLayer));
  if (!isObject(value)) return value;
  // Keras 2 writes NumPy arrays in this form.
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
        `option '${option}' of ${ofLayer(part)} contains Python code, which cannot be run. Use a registered function and save the model again.`,
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

/** Returns the name of a function with the package registered in Python, which older versions write separately. */
export function functionName(part: ConfigPart, name: string): string {
  const registered = registeredName(part);
  if (registered.includes('>')) return registered;
  return name.includes('>') ? name : wordFromKeras('activation', name);
}

/**
 * Returns the class name of an initializer or similar object, with its package.
 *
 * @throws FileError `unsupported` for a custom class that cannot be distinguished from one of Keras
 */
function ownName(part: ConfigPart): string {
  const name = registeredName(part);
  if (!isForeign(part) || name.includes('>') || moduleWithin(name) === undefined) return name;
  throw part.unsupported(
    `custom class '${name}' of ${ofLayer(part)} has the name of a Keras class. In Python, register it in a package with ` +
      "@keras.saving.register_keras_serializable('my_package') and save the model again.",
    { className: name },
  );
}

/** Reads all entries of a config and converts their names to manabi's. */
export function configFromKeras(config: ConfigPart, readLayer: ReadLayer): Record<string, unknown> {
  return Object.fromEntries(
    config.entries().map(([name, part]) => {
      const option = toCamel(name);
      return [option, valueFromKeras(part, option, readLayer)];
    }),
  );
}

function ofLayer({ layer }: ConfigPart): string {
  return layer === null ? 'the training configuration' : `layer '${layer}'`;
}

function withoutEmpty(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).filter(
      ([name, value]) => !(Object.hasOwn(WITHOUT_EFFECT, name) && WITHOUT_EFFECT[name].includes(value)),
    ),
  );
}

/**
 * Layers that a Keras config may contain as activations: the equivalent activation, and the option values for which it
 * is equivalent.
 */
const ACTIVATION_LAYERS: Readonly<Record<string, { readonly name: string; readonly config: JsonObject }>> = {
  ELU: { name: 'elu', config: { alpha: 1 } },
  LeakyReLU: { name: 'leakyRelu', config: { negative_slope: 0.2 } },
  ReLU: { name: 'relu', config: { max_value: null, negative_slope: 0, threshold: 0 } },
  Softmax: { name: 'softmax', config: { axis: -1 } },
};

/** Returns the activation that is equivalent to a layer. */
function activationOf(part: ConfigPart, option: string, className: string): string {
  const row = Object.hasOwn(ACTIVATION_LAYERS, className) ? ACTIVATION_LAYERS[className] : undefined;
  const options = part.optional('config')?.object() ?? {};
  const isPlain =
    row !== undefined && Object.entries(row.config).every(([name, value]) => (options[name] ?? null) === value);
  if (isPlain) return row.name;
  throw part.unsupported(
    `layer ${className} as ${option} of ${ofLayer(part)} has options without an equivalent activation. Add it as a separate ` +
      'layer after this one and save the model again.',
    { option, className },
  );
}

function isLayerModule(module: Json | undefined): boolean {
  return typeof module === 'string' && /(^|\.)(layers|models)(\.|$)/.test(module);
}
