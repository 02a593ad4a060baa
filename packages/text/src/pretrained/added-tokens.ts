import { boolean, count, listOf, objectOf, text } from '@manabi/errors';
import { readFields } from './component.ts';
import type { Token } from './models/model.ts';
import type { Normalizer } from './normalizers.ts';

/** A token that is found in texts before they are split, such as `[MASK]`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether the token is found only between characters that are not part of words. */
  readonly single_word: boolean;
  /** Whether the token includes the white space before it. */
  readonly lstrip: boolean;
  /** Whether the token includes the white space after it. */
  readonly rstrip: boolean;
  /** Whether the token is found in the normalized text. */
  readonly normalized: boolean;
  /** Whether decoding skips the token by default. */
  readonly special: boolean;
}

const tokenKind = objectOf({
  id: count,
  content: text,
  single_word: boolean,
  lstrip: boolean,
  rstrip: boolean,
  normalized: boolean,
  special: boolean,
});

/** Reads the added tokens of a tokenizer file. */
export function readAddedTokens(given: unknown): readonly AddedToken[] {
  return readFields('added_tokens', { added_tokens: given }, { added_tokens: listOf(tokenKind) }).added_tokens;
}

/** Part of a text: an added token, or the text between added tokens. */
export type TextPart = Token | { readonly id: null; readonly text: string; readonly start: number };

/** Finds added tokens in a text, and returns all parts of the text in order. */
export type TokenFinder = (text: string) => readonly TextPart[];

/**
 * Returns the function that finds tokens in a text, the longest of those that start at the same position.
 *
 * @param normalize normalizer of the tokens' own contents
 */
export function tokenFinder(tokens: readonly AddedToken[], normalize: Normalizer): TokenFinder {
  const byContent = new Map(tokens.map((token) => [normalize(token.content), token]));
  byContent.delete('');
  if (byContent.size === 0) return (text) => [{ id: null, text, start: 0 }];
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(contents.map((one) => one.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gu');
  return (text) => {
    const parts: TextPart[] = [];
    let last = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0]);
      const range = token === undefined ? null : rangeOf(token, text, match.index, match.index + match[0].length);
      if (token === undefined || range === null || range.end <= last) continue;
      const start = Math.max(range.start, last);
      if (start > last) parts.push({ id: null, text: text.slice(last, start), start: last });
      parts.push({ id: token.id, text: text.slice(start, range.end) });
      last = range.end;
    }
    if (last < text.length) parts.push({ id: null, text: text.slice(last), start: last });
    return parts;
  };
}

/** A character of a word, as Rust's `regex` defines it. */
const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, 'u');
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, 'u');

/** Returns the range of a match with the white space that belongs to it, or null if the match is part of a word. */
function rangeOf(
  { single_word, lstrip, rstrip }: AddedToken,
  text: string,
  start: number,
  end: number,
): { readonly start: number; readonly end: number } | null {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  if (single_word && (ENDS_WITH_WORD.test(before) || STARTS_WITH_WORD.test(after))) return null;
  return {
    start: lstrip ? before.replace(/\p{White_Space}+$/u, '').length : start,
    end: rstrip ? text.length - after.replace(/^\p{White_Space}+/u, '').length : end,
  };
}
