/** A number, or an array of numbers with equal lengths on each axis, as read from JSON. */
export interface JsonNumbers {
  readonly kind: 'numbers' | 'booleans';
  /** Lengths of the axes; empty for a single number. */
  readonly shape: readonly number[];
  /** The elements in row-major order; booleans are 0 and 1. */
  readonly data: Float64Array;
}

/** A JSON object. A map has no inherited keys, so that no key of a request has a special meaning. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A value read from JSON, in which numbers are already packed into arrays. */
export type JsonValue = string | null | JsonNumbers | readonly JsonValue[] | JsonObject;

/** Returns whether a value consists of numbers or booleans. */
export function isNumbers(value: JsonValue): value is JsonNumbers {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Returns whether a value is an array of strings, objects or such arrays. */
export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Describes a value for an error message. */
export function describeJson(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'a string';
  if (isList(value)) return 'an array';
  if (!isNumbers(value)) return 'an object';
  const noun = value.kind === 'numbers' ? 'number' : 'boolean';
  return value.shape.length === 0 ? `a ${noun}` : `${noun}s of shape [${value.shape.join(', ')}]`;
}
