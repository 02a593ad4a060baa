/**
 * A name as Keras spells arguments: `kernelSize` is `kernel_size`.
 *
 * @param name one of ours, in camelCase
 */
export function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A name as ours are spelled: `kernel_size` is `kernelSize`, `beta_1` is `beta1`. */
export function toCamel(name: string): string {
  return name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Options whose texts are words of Keras, spelled as its arguments are: `channels_last`. All other text stays. */
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
  'summationMethod',
]);

/** The text of an option, for Keras. */
export function wordToKeras(option: string, text: string): string {
  return WORDS.has(option) && /^[a-z]/.test(text) ? toSnake(text) : text;
}

/** The text of an option, for us. */
export function wordToOurs(option: string, text: string): string {
  return WORDS.has(option) && /^[a-z]/.test(text) ? toCamel(text) : text;
}
