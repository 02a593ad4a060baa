import type { PickleContext } from './pickle-context.ts';
import { numberIfSafe } from './python-values.ts';

/** Escapes in the strings of Python 2, except for hexadecimal and octal ones. */
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};
const SPECIAL: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };

/** Parses an integer or a boolean; returns a bigint if a number cannot represent it. */
export function textInteger(line: string, context: PickleContext): number | bigint | boolean {
  if (line === '00' || line === '01') return line === '01';
  if (!/^[+-]?\d{1,600}L?$/.test(line)) throw context.corrupt('an integer is invalid');
  return numberIfSafe(BigInt(line.replace(/^\+|L$/g, '')));
}

export function textFloat(line: string, context: PickleContext): number {
  if (Object.hasOwn(SPECIAL, line)) return SPECIAL[line];
  const value = Number(line);
  if (line.trim() === '' || Number.isNaN(value)) throw context.corrupt('a number is invalid');
  return value;
}

/** Decodes text of Python's encoding `raw-unicode-escape`. */
export function textUnicode(line: string, context: PickleContext): string {
  return line.replace(/\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})/g, (_, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    if (point > 0x10ffff) throw context.corrupt('a character is invalid');
    return String.fromCodePoint(point);
  });
}

/** Decodes a quoted string of Python 2 with its escapes. */
export function textString(line: string, context: PickleContext): Uint8Array {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line[line.length - 1] !== quote) {
    throw context.corrupt('a string has no quotes');
  }
  const text = line
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|([0-3]?[0-7]{1,2})|([abfnrtv\\'"]))/g,
      (_, hex?: string, octal?: string, letter?: string) =>
        letter === undefined
          ? String.fromCharCode(Number.parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16))
          : ESCAPES[letter],
    );
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
