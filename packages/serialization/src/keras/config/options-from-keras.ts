import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { dtypeFromKeras } from './dtype-from-keras.ts';
import { type Scope, unsupported } from './origin.ts';
import { toCamel } from './spelling.ts';
import { valueFromKeras } from './value-from-keras.ts';

/** Options that Keras writes for every layer, or some, and that say nothing of what a layer computes, as long as they have these values. */
const WITHOUT_MEANING: Readonly<Record<string, (value: Json) => boolean>> = {
  autocast: () => true,
  build_input_shape: () => true,
  fused: () => true,
  implementation: () => true,
  input_length: () => true,
  input_spec: (value) => value === null,
  optional: (value) => value !== true,
  quantization_config: (value) => value === null,
  ragged: (value) => value !== true,
  sparse: (value) => value !== true,
  time_major: (value) => value !== true,
  virtual_batch_size: (value) => value === null,
};

/** What Keras 2 calls an option of a class, and we by another name. */
const RENAMED: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['InputLayer', new Map([['batch_input_shape', 'batch_shape']])],
  ['LeakyReLU', new Map([['alpha', 'negative_slope']])],
]);

/**
 * The options of a layer, by our names.
 *
 * @throws FileError `unsupported` for options and values that we do not have
 */
export function optionsFromKeras(origin: Scope, className: string, config: JsonObject): Record<string, unknown> {
  const where = `the layer '${String(config.name ?? className)}' (${className})`;
  const renamed = RENAMED.get(className);
  const options = new Map<string, unknown>();
  for (const [given, value] of Object.entries(config)) {
    const name = renamed?.get(given) ?? given;
    if (Object.hasOwn(WITHOUT_MEANING, name)) {
      if (WITHOUT_MEANING[name](value)) continue;
      throw unsupported(origin, `${where} has ${name} ${JSON.stringify(value)}, which is not there.`, {
        layer: config.name ?? null,
        className,
        option: name,
        value,
      });
    }
    if (name === 'dtype') options.set('dtype', dtypeFromKeras(origin, where, value ?? 'float32'));
    else if (name === 'batch_input_shape' || name === 'batch_shape') options.set('batchShape', shapeOf(value));
    else options.set(toCamel(name), valueFromKeras(origin, where, toCamel(name), value));
  }
  return adjusted(className, Object.fromEntries(options));
}

function shapeOf(value: Json): unknown {
  return isObject(value) && isList(value.items) ? value.items : value;
}

/** What versions of Keras wrote in another form. */
function adjusted(className: string, options: Record<string, unknown>): Record<string, unknown> {
  if (className === 'BatchNormalization' && Array.isArray(options.axis) && options.axis.length === 1) {
    return { ...options, axis: options.axis[0] };
  }
  return options;
}
