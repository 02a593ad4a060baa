import { ManabiError } from '@manabi/core';
import { listOf, readArgument, text as textKind } from '@manabi/errors';
import { textToWordSequence } from '@manabi/text';

/** How texts are changed before they are split. */
export type Standardize = 'lowerAndStripPunctuation' | 'lower' | 'stripPunctuation' | ((text: string) => string);

/** How texts are split into tokens. */
export type Split = 'whitespace' | 'character' | 'word' | ((text: string) => readonly string[]);

const PUNCTUATION = /[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g;

/** Changes a text. As in TensorFlow, only ASCII letters become lower case. */
export function standardized(text: string, standardize: Standardize | null): string {
  if (standardize === null) return text;
  if (typeof standardize === 'function') {
    return readArgument('standardize', 'standardize(text)', standardize(text), textKind);
  }
  const cased = standardize === 'stripPunctuation' ? text : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return standardize === 'lower' ? cased : cased.replace(PUNCTUATION, '');
}

/** Splits a text into tokens. White space is that of ASCII, as in TensorFlow. */
export function splitText(text: string, split: Split, locale: string | null): readonly string[] {
  if (typeof split === 'function') return readArgument('split', 'split(text)', split(text), listOf(textKind));
  if (split === 'whitespace') return text.split(/[ \t\n\v\f\r]+/).filter((token) => token !== '');
  if (split === 'character') return Array.from(text);
  if (locale !== null) return textToWordSequence(text, { split: 'word', locale, filters: '', lower: false });
  throw new ManabiError('argument', "`split: 'word'` requires `locale`.", { op: 'TextVectorization' });
}

/**
 * Returns the groups of adjacent tokens of each length, joined by spaces; all groups of the first length come first.
 *
 * @param lengths n for the lengths 1 to n, or a list
 */
export function ngramsOf(tokens: readonly string[], lengths: number | readonly number[]): string[] {
  const all = typeof lengths === 'number' ? Array.from({ length: lengths }, (_, i) => i + 1) : lengths;
  return all.flatMap((length) =>
    Array.from({ length: Math.max(0, tokens.length - length + 1) }, (_, i) => tokens.slice(i, i + length).join(' ')),
  );
}
