import { isObject, type Json, shown } from '../json.ts';
import type { ConfigPart, ReadLayer } from './config-part.ts';
import { dtypeFromKeras } from './dtype-from-keras.ts';
import { toCamel } from './spelling.ts';
import { valueFromKeras } from './value-from-keras.ts';

/**
 * Options that manabi ignores. Each has a function that returns whether a value has no effect on the computation; other
 * values are rejected.
 */
const WITHOUT_EFFECT: Readonly<Record<string, (value: Json) => boolean>> = {
  autocast: () => true,
  build_input_shape: () => true,
  encoding: (value) => value === 'utf-8',
  fused: () => true,
  has_input_vocabulary: () => true,
  implementation: () => true,
  input_length: () => true,
  input_spec: (value) => value === null,
  // Keras merges the adapters of LoRA into the weights that it saves.
  lora_alpha: () => true,
  lora_rank: () => true,
  optional: (value) => value !== true,
  quantization_config: (value) => value === null,
  ragged: (value) => value !== true,
  rng_type: () => true,
  sparse: (value) => value !== true,
  time_major: (value) => value !== true,
  virtual_batch_size: (value) => value === null,
  vocabulary_dtype: (value) => value === 'int64' || value === 'string',
  vocabulary_size: () => true,
};

/** Options whose values are data, in which no text is a keyword. */
const DATA: ReadonlySet<string> = new Set(['vocabulary', 'mask_token', 'mask_value', 'oov_token']);

/** Options of Keras 2 that were renamed, by class. */
const RENAMED: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ['InputLayer', new Map([['batch_input_shape', 'batch_shape']])],
  ['LeakyReLU', new Map([['alpha', 'negative_slope']])],
]);

/**
 * Reads the options of a layer and converts their names to manabi's.
 *
 * @throws FileError `corrupt`; `unsupported` for unsupported options and values
 */
export function optionsFromKeras(config: ConfigPart, className: string, readLayer: ReadLayer): Record<string, unknown> {
  const renamed = RENAMED.get(className);
  const options = new Map<string, unknown>();
  for (const [given, part] of config.entries()) {
    const name = renamed?.get(given) ?? given;
    if (Object.hasOwn(WITHOUT_EFFECT, name)) {
      if (WITHOUT_EFFECT[name](part.value ?? null)) continue;
      throw part.unsupported(
        `option ${name} = ${shown(part.value)} of layer '${config.layer ?? className}' (${className}) is unsupported. Change the option and save the model again.`,
        { className, option: name, value: part.value },
      );
    }
    if (name === 'name') options.set('name', part.isMissing ? null : part.text());
    else if (name === 'dtype') options.set('dtype', dtypeFromKeras(part).dtype);
    else if (DATA.has(name)) options.set(toCamel(name), part.value);
    else if (name === 'batch_input_shape' || name === 'batch_shape') options.set('batchShape', shapeOf(part));
    else options.set(toCamel(name), valueFromKeras(part, toCamel(name), readLayer));
  }
  return adjusted(className, Object.fromEntries(options));
}

/** Largest rank of NumPy's arrays, which Keras's weights and constants are. */
const MOST_AXES = 64;

/** Reads a shape, which may be wrapped in an object; null if it is missing. */
function shapeOf(part: ConfigPart): readonly (number | null)[] | null {
  if (part.isMissing) return null;
  const items = isObject(part.value) ? part.field('items') : part;
  const expected = 'a shape: a list of integers from 0 and null';
  const lengths = items.list(expected);
  if (lengths.length > MOST_AXES) throw items.wrong(`a shape with at most ${MOST_AXES} axes`);
  return lengths.map((length) => {
    if (length.value === null) return null;
    const value = length.number(expected);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw length.wrong('an integer from 0, or null');
  });
}

/** Converts options that some versions of Keras wrote in another form. */
function adjusted(className: string, options: Record<string, unknown>): Record<string, unknown> {
  if (className === 'BatchNormalization' && Array.isArray(options.axis) && options.axis.length === 1) {
    return { ...options, axis: options.axis[0] };
  }
  return options;
}
