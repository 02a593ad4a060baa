import { isList, type Json } from './json.ts';

/** Numbers that Keras takes as floats alone: a whole one needs a point, or Python reads it as int. */
const FLOATS: ReadonlySet<string> = new Set(['beta', 'learning_rate', 'momentum', 'threshold']);

/**
 * JSON as Python is to read it.
 *
 * @param name the name that the value stands under
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
