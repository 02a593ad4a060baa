import { anything, boolean, nullable, optional, text } from '@manabi/errors';
import { type ComponentReader, fileError, readFields } from '../component.ts';
import { type Merges, mergeSymbols } from './merge-symbols.ts';
import { type Model, modelOf, type Token, type Vocabulary } from './model.ts';
import { byteTokens, knownToken, readVocabulary } from './vocabulary.ts';

const kinds = {
  dropout: optional(nullable(anything('a number')), null),
  unk_token: optional(nullable(text), null),
  continuing_subword_prefix: optional(nullable(text), null),
  end_of_word_suffix: optional(nullable(text), null),
  fuse_unk: optional(boolean, false),
  byte_fallback: optional(boolean, false),
  ignore_merges: optional(boolean, false),
  vocab: anything('an object'),
  merges: anything('an array'),
};

/** Number of words whose tokens are kept, as texts repeat words. */
const MOST_CACHED = 10_000;
/** Longest word whose tokens are kept, in characters. */
const LONGEST_CACHED = 256;

/**
 * Reads a byte-pair encoding: words are split into characters, and pairs are merged in the order of a list of merges.
 *
 * @throws ManabiError `file` for invalid fields, and for `dropout`, which makes encodings random
 */
export const readBpe: ComponentReader<Model> = (given, path) => {
  const { dropout, unk_token, fuse_unk, byte_fallback, ignore_merges, ...options } = readFields(path, given, kinds);
  if (dropout !== null && dropout !== 0)
    throw fileError(path, '`dropout` is not supported: it makes encodings random.');
  const prefix = options.continuing_subword_prefix ?? '';
  const suffix = options.end_of_word_suffix ?? '';
  const vocabulary = readVocabulary(options.vocab, path);
  const merges = readMerges(options.merges, vocabulary, prefix, path);
  const unknown = unk_token === null ? null : knownToken(vocabulary, unk_token, path);
  const cache = new Map<string, readonly Token[]>();

  const symbolsOf = (word: string): number[] => {
    const symbols: number[] = [];
    const characters = Array.from(word);
    let isUnknown = false;
    characters.forEach((character, i) => {
      const token = `${i > 0 ? prefix : ''}${character}${i === characters.length - 1 ? suffix : ''}`;
      const id = vocabulary.ids.get(token);
      const bytes = id === undefined && byte_fallback ? byteTokens(vocabulary, token) : null;
      if (id !== undefined) symbols.push(id);
      else if (bytes !== null) for (const byte of bytes) symbols.push(byte.id);
      else if (unknown !== null && !(fuse_unk && isUnknown)) symbols.push(unknown.id);
      isUnknown = id === undefined && bytes === null;
    });
    return symbols;
  };

  const tokenize = (word: string): readonly Token[] => {
    const whole = ignore_merges ? vocabulary.ids.get(word) : undefined;
    if (whole !== undefined) return [{ id: whole, text: word }];
    return mergeSymbols(symbolsOf(word), merges).map((id) => ({ id, text: vocabulary.tokens.get(id) ?? '' }));
  };

  return modelOf(vocabulary, (word) => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const tokens = tokenize(word);
    if (cache.size >= MOST_CACHED) cache.clear();
    if (word.length <= LONGEST_CACHED) cache.set(word, tokens);
    return tokens;
  });
};

/** Reads merges of two tokens, as arrays or, in older files, as texts with a space between the tokens. */
function readMerges(given: unknown, { ids }: Vocabulary, prefix: string, path: string): Merges {
  if (!Array.isArray(given)) throw fileError(path, '`merges` must be an array.');
  const merges: Merges = new Map();
  given.forEach((entry: unknown, rank) => {
    const pair: unknown = typeof entry === 'string' ? entry.split(' ') : entry;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((part) => typeof part === 'string')) {
      throw fileError(path, `\`merges[${rank}]\` must be two tokens.`);
    }
    const [left, right]: readonly string[] = pair;
    const merged = left + (right.startsWith(prefix) ? right.slice(prefix.length) : right);
    const [a, b, to] = [left, right, merged].map((token) => ids.get(token));
    if (a === undefined || b === undefined || to === undefined) {
      throw fileError(path, `\`merges[${rank}]\` joins ${JSON.stringify(pair)}, which are not all in the vocabulary.`);
    }
    const followers = merges.get(a) ?? new Map();
    // Of two entries for the same pair, the last one counts, as in the library that wrote the file.
    followers.set(b, { rank, to });
    merges.set(a, followers);
  });
  return merges;
}
