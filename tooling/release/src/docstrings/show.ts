import { inspect } from 'node:util';
import { isTensor } from '@manabi/core';

/**
 * Formats a value as examples show it: tensors as nested arrays, numbers rounded to four decimals, strings in single
 * quotes, objects as `{ a: 1 }`.
 *
 * @example
 * ```ts
 * await show([1 / 3, 'a']); // => '[0.3333, \'a\']'
 * ```
 */
export async function show(value: unknown): Promise<string> {
  if (isTensor(value)) return showNow(await value.array());
  return showNow(value);
}

function showNow(value: unknown): string {
  if (typeof value === 'number') return showNumber(value);
  if (typeof value === 'string') return `'${value.replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(showNow).join(', ')}]`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const items =
      'length' in value && typeof value.length === 'number' ? Array.from({ ...value, length: value.length }) : [];
    return `${value.constructor.name} [${items.map(showNow).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null && isPlain(value)) {
    const fields = Object.entries(value).map(
      ([key, field]) => `${/^[\w$]+$/.test(key) ? key : `'${key}'`}: ${showNow(field)}`,
    );
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return isTensor(value)
    ? `a tensor ${value.dtype}[${value.shape.join(', ')}]`
    : inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
}

function showNumber(value: number): string {
  return Number.isFinite(value) && !Number.isInteger(value) ? String(Number(value.toFixed(4))) : String(value);
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/**
 * Returns whether the text in an example matches a value. White space is ignored, and `…` matches any text.
 *
 * @param expected text after `// =>`
 * @param shown text that `show` returned for the value
 */
export function isShownAs(expected: string, shown: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, '');
  const parts = plain(expected)
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(plain(shown));
}
