import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { HARD_SIGMOID, hardSigmoidOfKeras2 } from './hard-sigmoid.ts';
import { malformed, type Scope, unsupported } from './origin.ts';
import { toCamel, withoutPackage, wordToOurs } from './spelling.ts';

/** Options that hold layers, whatever the module says. */
const HOLDS_LAYERS: ReadonlySet<string> = new Set(['layer', 'forwardLayer', 'backwardLayer', 'cell', 'cells']);

/** Options of initializers and the like that say nothing here. */
const WITHOUT_MEANING: Readonly<Record<string, readonly Json[]>> = {
  dtype: ['float32', null],
  input_axes: [null],
  output_axes: [null],
};

/**
 * An option's value as we take it: names in camelCase, initializers as `{ className, config }`, layers as descriptions.
 *
 * @param option the name, in camelCase
 * @param where the layer, for messages
 * @throws FileError `unsupported` for functions that are Python, and texts
 */
export function valueFromKeras(origin: Scope, where: string, option: string, value: Json): unknown {
  if (value === HARD_SIGMOID) return hardSigmoidOfKeras2();
  if (typeof value === 'string') return wordToOurs(option, value);
  if (isList(value)) return value.map((item) => valueFromKeras(origin, where, option, item));
  if (!isObject(value)) return value;
  const { class_name: className, config, module } = value;
  // Numbers of NumPy, as Keras 2 writes them.
  if (value.type === 'ndarray') return value.value;
  if (typeof className !== 'string') {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [toCamel(name), valueFromKeras(origin, where, toCamel(name), item)]),
    );
  }
  if (className === '__numpy__' || className === '__tensor__') return isObject(config) ? config.value : null;
  if (className === 'function') return wordToOurs('activation', String(config));
  if (className === 'SeedGenerator') return isObject(config) ? (config.seed ?? null) : null;
  if (className === '__lambda__' || className === 'lambda') {
    throw unsupported(origin, `${where} holds Python code ('${option}'), which only Python runs.`, { where, option });
  }
  if (/activation$/i.test(option) && isLayerModule(module)) return activationOf(origin, where, option, value);
  if (HOLDS_LAYERS.has(option) || isLayerModule(module)) return origin.readLayer(value);
  return describedFromKeras(origin, where, className, config ?? {});
}

function describedFromKeras(origin: Scope, where: string, className: string, config: Json): unknown {
  if (!isObject(config)) throw malformed(origin, 'an object', config, `the config of ${className} in ${where}`);
  return { className: withoutPackage(className), config: configFromKeras(origin, where, withoutEmpty(config)) };
}

/** All entries of a config, by our names. */
export function configFromKeras(origin: Scope, where: string, config: JsonObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const option = toCamel(name);
      return [option, valueFromKeras(origin, where, option, value)];
    }),
  );
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
function activationOf(
  origin: Scope,
  where: string,
  option: string,
  { class_name: className, config }: JsonObject,
): string {
  const row = Object.hasOwn(ACTIVATION_LAYERS, String(className)) ? ACTIVATION_LAYERS[String(className)] : undefined;
  const options = isObject(config) ? config : {};
  const isPlain =
    row !== undefined && Object.entries(row.config).every(([name, value]) => (options[name] ?? null) === value);
  if (isPlain) return row.name;
  throw unsupported(
    origin,
    `${where} has the layer ${String(className)} for its ${option}, with options that no activation here has. Make it a layer ` +
      'of its own, behind this one, and save the model again.',
    { where, option, className },
  );
}

function isLayerModule(module: Json | undefined): boolean {
  return typeof module === 'string' && /(^|\.)(layers|models)(\.|$)/.test(module);
}
