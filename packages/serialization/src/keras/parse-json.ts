import { FileError } from '@manabi/files';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Largest accepted nesting; a nested model adds about four levels. */
const MOST_LEVELS = 256;

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
 * Replaces the token Infinity by a number so large that `JSON.parse` returns Infinity for it. Also rejects too deep
 * nesting.
 */
function plainJson(source: string, where: string, text: string): string {
  const pieces: string[] = [];
  let [level, from] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        at = endOfText(text, at);
        break;
      case '{':
      case '[':
        level++;
        if (level > MOST_LEVELS) throw tooDeep(source, where);
        break;
      case '}':
      case ']':
        level--;
        break;
      case 'I':
        if (!text.startsWith('Infinity', at)) break;
        pieces.push(text.slice(from, at), '1e999');
        at += 'Infinity'.length - 1;
        from = at + 1;
    }
  }
  return from === 0 ? text : [...pieces, text.slice(from)].join('');
}

/** Returns the position of the quote that ends a string. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function tooDeep(source: string, where: string): FileError {
  return new FileError(
    'tooLarge',
    `Refused to read ${source}: ${where} has more than ${MOST_LEVELS} levels. Check that it is a model file.`,
    {
      data: { source, where, levels: MOST_LEVELS },
    },
  );
}
