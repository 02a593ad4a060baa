import type { Json } from './json.ts';

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
