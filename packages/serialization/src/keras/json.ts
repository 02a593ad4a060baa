/** JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** Reports whether a value is a JSON object, not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reports whether a value is a JSON list. (`Array.isArray` alone does not narrow readonly lists.) */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Formats a value for error messages; a long text is truncated. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}

/** Largest number of levels of a value that `isJson` accepts. */
const MOST_LEVELS = 50;

/** Reports whether a value can be written as JSON without loss. */
export function isJson(value: unknown, levels = MOST_LEVELS): value is Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (Array.isArray(value)) return value.every((each) => isJson(each, levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  return isPlain && Object.values(value).every((each) => isJson(each, levels - 1));
}
