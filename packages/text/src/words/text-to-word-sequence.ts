import { readArgument, text as textKind } from '@manabi/errors';
import { segmentWords } from './segment-words.ts';
import { readWordOptions, type WordOptions, type WordSettings } from './word-options.ts';

/**
 * Splits a text into words: converts it to lower case, replaces the characters of `filters` by the separator, and drops
 * empty words, as Keras does. With `split: 'word'`, words are found by `Intl.Segmenter`, whose dictionaries differ
 * between versions of browsers and Node.
 *
 * @throws ManabiError `argument` for invalid arguments
 * @example
 * ```ts
 * import { textToWordSequence } from '@manabi/text';
 *
 * console.log(textToWordSequence('Well-known, (new) words!')); // ['well', 'known', 'new', 'words']
 * const result = textToWordSequence('今日は良い天気です。', { split: 'word', locale: 'ja' });
 * console.log(result); // ['今日', 'は', '良い', '天気', 'です']
 * ```
 */
export function textToWordSequence(text: string, options: WordOptions = {}): string[] {
  const op = 'textToWordSequence';
  return splitWords(op, readArgument(op, 'text', text, textKind), readWordOptions(op, options));
}

/** Splits a text with checked settings. */
export function splitWords(op: string, text: string, { filters, lower, split, locale }: WordSettings): string[] {
  const cased = lower ? text.toLowerCase() : text;
  const separator = locale === undefined ? split : ' ';
  const filtered = filters === '' ? cased : replaceCharacters(cased, new Set(filters), separator);
  if (locale !== undefined) return segmentWords(op, filtered, locale);
  return filtered.split(separator).filter((word) => word !== '');
}

function replaceCharacters(text: string, characters: ReadonlySet<string>, separator: string): string {
  let replaced = '';
  for (const character of text) replaced += characters.has(character) ? separator : character;
  return replaced;
}
