import { boolean, type Kind, kind, nullable, oneOf, optional, positiveInteger, text } from '@manabi/errors';
import { toByteCharacters } from './byte-alphabet.ts';
import { type ComponentReader, readEach, readFields, readTyped } from './component.ts';
import { readPattern } from './normalizers.ts';
import { type Piece, type SplitBehavior, splitPiece } from './pieces.ts';

/** Splits a piece of text into the words that the model sees. */
export type PreTokenizer = (piece: Piece) => readonly Piece[];

/** The pattern of GPT-2. */
const GPT2 =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const WHITE_SPACE = /\p{White_Space}/gu;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/gu;
const NUMERIC = /\p{N}/gu;
/** Words, and runs of other characters than white space, with the word characters of Rust's `regex`. */
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

const behaviors: Readonly<Record<string, SplitBehavior>> = {
  removed: 'removed',
  isolated: 'isolated',
  mergedwithprevious: 'mergedWithPrevious',
  mergedwithnext: 'mergedWithNext',
  contiguous: 'contiguous',
};
const behaviorKind = oneOf('Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous');
const characterKind: Kind<string> = kind(
  'one character',
  (given): given is string => typeof given === 'string' && [...given].length === 1,
);

/** Fields that affect offsets only, which this package does not compute. */
const OFFSETS = { trim_offsets: optional(boolean, true) };

const readers: Readonly<Record<string, ComponentReader<PreTokenizer>>> = {
  Sequence: (given, path) => {
    readFields(path, { ...given, pretokenizers: undefined }, { pretokenizers: optional(text) });
    const all = readEach(given, 'pretokenizers', path, readPreTokenizer);
    return (piece) => all.reduce<readonly Piece[]>((pieces, split) => pieces.flatMap(split), [piece]);
  },
  BertPreTokenizer: (given, path) => {
    readFields(path, given, {});
    return (piece) =>
      splitPiece(piece, WHITE_SPACE, 'removed').flatMap((word) => splitPiece(word, PUNCTUATION, 'isolated'));
  },
  ByteLevel: (given, path) => {
    const options = readFields(path, given, {
      add_prefix_space: boolean,
      use_regex: optional(boolean, true),
      ...OFFSETS,
    });
    return ({ text: given, isFirst }) => {
      const piece = { text: options.add_prefix_space && !given.startsWith(' ') ? ` ${given}` : given, isFirst };
      const words = options.use_regex ? splitPiece(piece, GPT2, 'isolated') : [piece];
      return words.map((word) => ({ ...word, text: toByteCharacters(word.text) }));
    };
  },
  Whitespace: splitting({}, WORDS, 'removed', true),
  WhitespaceSplit: splitting({}, WHITE_SPACE, 'removed'),
  Metaspace: (given, path) => {
    const { replacement, split, ...options } = readFields(path, given, metaspaceKinds);
    const scheme = prependScheme(options);
    const pattern = new RegExp(escapeCharacter(replacement), 'gu');
    return ({ text: given, isFirst }) => {
      const replaced = given.replaceAll(' ', replacement);
      const prepends = scheme === 'always' || (scheme === 'first' && isFirst);
      const marked = prepends && !replaced.startsWith(replacement) ? replacement + replaced : replaced;
      return split ? splitPiece({ text: marked, isFirst }, pattern, 'mergedWithNext') : [{ text: marked, isFirst }];
    };
  },
  Punctuation: (given, path) => {
    const { behavior } = readFields(path, given, { behavior: optional(behaviorKind, 'Isolated') });
    return (piece) => splitPiece(piece, PUNCTUATION, behaviors[behavior.toLowerCase()]);
  },
  Digits: (given, path) => {
    const { individual_digits } = readFields(path, given, { individual_digits: boolean });
    return (piece) => splitPiece(piece, NUMERIC, individual_digits ? 'isolated' : 'contiguous');
  },
  Split: (given, path) => {
    const { behavior, invert } = readFields(
      path,
      { ...given, pattern: undefined },
      { behavior: behaviorKind, invert: optional(boolean, false), pattern: optional(text) },
    );
    const pattern = readPattern(given.pattern, path);
    return (piece) => splitPiece(piece, pattern, behaviors[behavior.toLowerCase()], invert);
  },
  CharDelimiterSplit: (given, path) => {
    const { delimiter } = readFields(path, given, { delimiter: characterKind });
    const pattern = new RegExp(escapeCharacter(delimiter), 'gu');
    return (piece) => splitPiece(piece, pattern, 'removed');
  },
  FixedLength: (given, path) => {
    const { length } = readFields(path, given, { length: positiveInteger });
    const pattern = new RegExp(`[\\s\\S]{1,${length}}`, 'gu');
    return (piece) => splitPiece(piece, pattern, 'isolated');
  },
};

/** Fields of a Metaspace pre-tokenizer or decoder. Older files have `add_prefix_space` in place of `prepend_scheme`. */
export const metaspaceKinds = {
  replacement: characterKind,
  prepend_scheme: optional(oneOf('always', 'first', 'never')),
  add_prefix_space: optional(boolean),
  split: optional(boolean, true),
  str_rep: optional(nullable(text)),
};

/** Returns when a Metaspace component marks the start of a text. */
export function prependScheme({
  prepend_scheme,
  add_prefix_space,
}: {
  readonly prepend_scheme: 'always' | 'first' | 'never' | undefined;
  readonly add_prefix_space: boolean | undefined;
}): 'always' | 'first' | 'never' {
  return prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always');
}

/**
 * Reads the pre-tokenizer of a tokenizer file.
 *
 * @throws ManabiError `file` for types and fields that are not supported, such as `UnicodeScripts`
 */
export function readPreTokenizer(given: unknown, path: string): PreTokenizer {
  return readTyped(readers, given, path);
}

function splitting(
  kinds: Readonly<Record<string, never>>,
  pattern: RegExp,
  behavior: SplitBehavior,
  invert = false,
): ComponentReader<PreTokenizer> {
  return (given, path) => {
    readFields(path, given, kinds);
    return (piece) => splitPiece(piece, pattern, behavior, invert);
  };
}

function escapeCharacter(character: string): string {
  return character.replace(/[\^$\\.*+?()[\]{}|/]/, '\\$&');
}
