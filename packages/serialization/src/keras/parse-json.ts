import { FileError } from '@manabi/files';
import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * Largest accepted sizes, far above those of models that people save. Files are compressed, so a few kilobytes could
 * otherwise keep the reader busy for minutes.
 */
const limits = {
  /** Size of the text. */
  bytes: 2 ** 25,
  /** Nesting; a nested model adds about four levels. */
  levels: 256,
  /** Values in all lists and objects; vocabularies are lists of up to a million words. */
  values: 2 ** 21,
  /** Entries of an object. */
  entries: 10_000,
  /** Characters of a string. */
  characters: 2 ** 20,
};

/**
 * Checks the size of a JSON text before it is read.
 *
 * @param where name of the text for messages: `config.json`
 * @throws FileError `tooLarge`
 */
export function checkJsonSize(source: string, where: string, bytes: number): void {
  if (bytes > limits.bytes) throw tooLarge(source, where, `${bytes} bytes, more than ${limits.bytes}`);
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
  checkJsonSize(source, where, text.length);
  const pieces: string[] = [];
  // For each open list and object, how many values it may still contain.
  const open: number[] = [];
  let [left, leftHere, from] = [limits.values, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfText(text, at);
        if (end - at > limits.characters) {
          throw tooLarge(source, where, `a string of more than ${limits.characters} characters`);
        }
        at = end;
        break;
      }
      case COMMA:
        left--;
        leftHere--;
        if (left < 0) throw tooLarge(source, where, `more than ${limits.values} values`);
        if (leftHere < 0) throw tooLarge(source, where, `an object with more than ${limits.entries} entries`);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        open.push(leftHere);
        leftHere = text[at] === '{' ? limits.entries : limits.values;
        if (open.length > limits.levels) throw tooLarge(source, where, `more than ${limits.levels} levels`);
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        leftHere = open.pop() ?? 0;
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

function tooLarge(source: string, where: string, what: string): FileError {
  return new FileError('tooLarge', `Refused to read ${source}: ${where} has ${what}. Check that it is a model file.`, {
    data: { source, where, what },
  });
}
