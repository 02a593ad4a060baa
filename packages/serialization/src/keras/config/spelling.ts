/** Converts a name in camelCase to Keras's spelling of arguments: `kernelSize` becomes `kernel_size`. */
export function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Converts a name to camelCase: `kernel_size` becomes `kernelSize`, `beta_1` becomes `beta1`. */
export function toCamel(name: string): string {
  return name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Options whose values are keywords, which Keras writes in snake case: `channels_last`. The text of other options is
 * unchanged.
 */
const WORDS: ReadonlySet<string> = new Set([
  'activation',
  'classAggregation',
  'curve',
  'dataFormat',
  'distribution',
  'fillMode',
  'implementation',
  'interpolation',
  'mergeMode',
  'mode',
  'outputMode',
  'padMode',
  'padding',
  'recurrentActivation',
  'reduction',
  'scoreMode',
  'standardize',
  'summationMethod',
]);

/** Converts the value of a text option from manabi's spelling to Keras's: `channelsLast` becomes `channels_last`. */
export function wordToKeras(option: string, text: string): string {
  return WORDS.has(option) && /^[a-z]/.test(text) ? toSnake(text) : text;
}

/** Converts the value of a text option from Keras's spelling to manabi's: `channels_last` becomes `channelsLast`. */
export function wordFromKeras(option: string, text: string): string {
  return WORDS.has(option) && /^[a-z]/.test(text) ? toCamel(text) : text;
}
