import { type Kind, ManabiError, readArgument } from '@manabi/errors';

/** An entry of a JSON object: the text of the key with quotes, and the text of a string, number or other literal. */
const ENTRY = /("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,"{}[\]]+)/g;

/**
 * Returns the JSON text of a map. Unlike an object, it keeps the order of keys such as "2020", and the key "__proto__".
 */
export function mapToJson(map: ReadonlyMap<string | number, string | number>): string {
  const entries = [...map].map(([key, value]) => `${JSON.stringify(String(key))}: ${JSON.stringify(value)}`);
  return `{${entries.join(', ')}}`;
}

/**
 * Reads a JSON object without nested values as a map, in the order of the text.
 *
 * @param name name of the entry that contains the text
 * @throws ManabiError `file` for text that is not such an object
 */
export function mapFromJson<T>(op: string, name: string, json: string, value: Kind<T>): Map<string, T> {
  try {
    const map = new Map<string, T>();
    const keys = Object.keys(JSON.parse(json)).length;
    for (const [, key, text] of json.matchAll(ENTRY)) {
      map.set(JSON.parse(key), readArgument(op, `${name}[${key}]`, JSON.parse(text), value));
    }
    if (map.size === keys) return map;
  } catch (cause) {
    throw notAMap(op, name, cause);
  }
  throw notAMap(op, name, undefined);
}

function notAMap(op: string, name: string, cause: unknown): ManabiError {
  const why = cause instanceof Error ? ` ${cause.message}` : '';
  return new ManabiError('file', `\`${name}\` must be the JSON text of an object without nested values.${why}`, {
    op,
    data: { name },
    cause,
  });
}
