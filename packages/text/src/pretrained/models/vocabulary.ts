import { isPlainObject } from '@manabi/errors/internal';
import { fileError } from '../component.ts';
import type { Vocabulary } from './model.ts';

/**
 * Reads a vocabulary that maps tokens to indices.
 *
 * @throws ManabiError `file` for other values, and for an index that two tokens share
 */
export function readVocabulary(given: unknown, path: string): Vocabulary {
  if (!isPlainObject(given)) throw fileError(path, '`vocab` must be an object that maps tokens to indices.');
  const ids = new Map<string, number>();
  const tokens = new Map<number, string>();
  for (const [token, id] of Object.entries(given)) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= 2 ** 26) {
      throw fileError(path, `the index of token ${JSON.stringify(token)} must be an integer in [0, 2^26).`);
    }
    if (tokens.has(id))
      throw fileError(path, `tokens ${JSON.stringify([tokens.get(id), token])} share the index ${id}.`);
    ids.set(token, id);
    tokens.set(id, token);
  }
  return { ids, tokens };
}

/**
 * Returns the token that replaces unknown words.
 *
 * @throws ManabiError `file` if the vocabulary does not contain it
 */
export function knownToken({ ids }: Vocabulary, token: string, path: string): { id: number; text: string } {
  const id = ids.get(token);
  if (id === undefined) throw fileError(path, `the vocabulary lacks the unknown token ${JSON.stringify(token)}.`);
  return { id, text: token };
}

const encoder = new TextEncoder();

/** Returns the tokens `<0x…>` of the bytes of a text, or null if the vocabulary lacks one of them. */
export function byteTokens({ ids }: Vocabulary, text: string): { id: number; text: string }[] | null {
  const found: { id: number; text: string }[] = [];
  for (const byte of encoder.encode(text)) {
    const token = `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    const id = ids.get(token);
    if (id === undefined) return null;
    found.push({ id, text: token });
  }
  return found;
}
