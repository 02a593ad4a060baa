import { FileError } from '@manabi/files';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Deeper than any config: a model within a model is some four levels deeper. */
const MOST_LEVELS = 256;

/**
 * An object of JSON as Python writes it, with Infinity where it is.
 *
 * @param where what the text is, for messages: `config.json`
 * @throws FileError `corrupt` for what is no JSON, or no object; `tooLarge` for more levels than any config has
 */
export function parseJson(source: string, where: string, text: string): JsonObject {
  const value = parsed(source, where, plainJson(source, where, text));
  if (isObject(value)) return value;
  throw new FileError('corrupt', `${where} of ${source} holds no object.`, { data: { source, where } });
}

function parsed(source: string, where: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FileError('corrupt', `${where} of ${source} is no JSON: ${String(error)}`, {
      data: { source, where },
      cause: error,
    });
  }
}

/** The text with numbers too large for Infinity, in one pass that also counts levels. */
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

/** Where a text ends that begins here. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function tooDeep(source: string, where: string): FileError {
  return new FileError('tooLarge', `${where} of ${source} is refused: it has more than ${MOST_LEVELS} levels.`, {
    data: { source, where, levels: MOST_LEVELS },
  });
}
