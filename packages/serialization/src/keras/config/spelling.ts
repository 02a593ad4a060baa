/**
 * A name as Keras spells arguments: `kernelSize` is `kernel_size`, `beta1` is `beta_1`.
 *
 * @param name one of ours, in camelCase
 */
export function toSnake(name: string): string {
  return FROM_OURS.get(name) ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A name as ours are spelled: `kernel_size` is `kernelSize`. */
export function toCamel(name: string): string {
  return TO_OURS.get(name) ?? name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Names in which Keras parts digits from letters. */
const PARTED: readonly (readonly [keras: string, ours: string])[] = [
  ['beta_1', 'beta1'],
  ['beta_2', 'beta2'],
  ['beta_2_decay', 'beta2Decay'],
  ['epsilon_1', 'epsilon1'],
  ['epsilon_2', 'epsilon2'],
];
const TO_OURS: ReadonlyMap<string, string> = new Map(PARTED);
const FROM_OURS: ReadonlyMap<string, string> = new Map(PARTED.map(([keras, ours]) => [ours, keras]));

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
