import { FileError } from '@manabi/files';
import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * Largest accepted sizes of a text, far above those of models that people save. Files are compressed, so a few kilobytes
 * could otherwise keep the reader busy for minutes. A nested model adds about four levels; vocabularies are lists of up to
 * a million values.
 */
const limits = {
  bytes: 2 ** 25,
  levels: 256,
  values: 2 ** 21,
  'entries in an object': 10_000,
  'characters in a string': 2 ** 20,
};

/**
 * Checks the size of a text before it is read.
 *
 * @param where name of the text for messages: `config.json`
 * @throws FileError `tooLarge`
 */
export function checkTextSize(source: string, where: string, bytes: number): void {
  check(source, where, 'bytes', bytes);
}

/**
 * Parses a JSON object as written by Python, which may contain Infinity.
 *
 * @param where name of the text for messages: `config.json`
 * @throws FileError `corrupt` for invalid JSON, or another type; `tooLarge` for too many levels
 */
export function parseJson(source: string, where: string, text: string): JsonObject {
  const value = parsed(source, where, plainJson(source, where, text));
  if (isObject(value)) return value;
  throw new FileError(
    'corrupt',
    `Cannot read ${source}: ${where} is not a JSON object. Check that it is a model file.`,
    {
      data: { source, where },
    },
  );
}

function parsed(source: string, where: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError(
      'corrupt',
      `Cannot read ${source}: ${where} is not valid JSON (${String(error)}). Save the model again.`,
      {
        data: { source, where },
        cause: error,
      },
    );
  }
}

/**
 * Replaces the token Infinity by a number so large that `JSON.parse` returns Infinity for it. Also rejects text beyond
 * the limits.
 */
function plainJson(source: string, where: string, text: string): string {
  const checkCount = (limit: keyof typeof limits, count: number): void => check(source, where, limit, count);
  checkCount('bytes', text.length);
  const pieces: string[] = [];
  // The number of entries before each open list and object in what contains it; not a number in lists.
  const open: number[] = [];
  let [values, entries, from] = [1, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at);
        checkCount('characters in a string', end - at);
        at = end;
        break;
      }
      case COMMA:
        checkCount('values', ++values);
        checkCount('entries in an object', ++entries);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        checkCount('levels', open.push(entries));
        entries = text[at] === '{' ? 1 : Number.NaN;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        entries = open.pop() ?? 0;
        break;
      case CAPITAL_I:
        if (!text.startsWith('Infinity', at)) break;
        pieces.push(text.slice(from, at), '1e999');
        at += 'Infinity'.length - 1;
        from = at + 1;
    }
  }
  return from === 0 ? text : [...pieces, text.slice(from)].join('');
}

const [QUOTE, COMMA, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST, CAPITAL_I] = [
  0x22, 0x2c, 0x7b, 0x7d, 0x5b, 0x5d, 0x49,
];

/** Returns the position of the quote that ends a string. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function check(source: string, where: string, limit: keyof typeof limits, count: number): void {
  if (!(count > limits[limit])) return;
  throw new FileError(
    'tooLarge',
    `Refused to read ${source}: ${where} has more than ${limits[limit]} ${limit}. Check that it is a model file.`,
    { data: { source, where, limit } },
  );
}
