import { isList, type Json } from './json.ts';

/** Options that Keras requires as floats: integers need a decimal point, or Python reads them as int. */
const FLOATS: ReadonlySet<string> = new Set([
  'beta',
  'decay_rate',
  'initial_learning_rate',
  'learning_rate',
  'momentum',
  'threshold',
]);

/**
 * Encodes a JSON value in a form from which Python reads floats as floats.
 *
 * @param name key of the value
 */
export function pythonJson(value: Json, name = ''): string {
  if (typeof value === 'number') {
    return FLOATS.has(name) && Number.isInteger(value) ? value.toFixed(1) : JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => pythonJson(item)).join(',')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${pythonJson(item, key)}`)
    .join(',')}}`;
}
