import {
  boolean,
  count,
  type Kind,
  kind,
  ManabiError,
  nullable,
  type OptionValues,
  optional,
  readArgument,
  readOptions,
  text,
} from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import { type Analyzer, analyzerKind } from '../hashing/hashing-trick.ts';
import { mapFromJson, mapToJson } from './json-map.ts';
import { restoreTokenizer, Tokenizer, type TokenizerState } from './tokenizer.ts';

/** Options of `tokenizerFromJson`. */
export interface TokenizerFromJsonOptions {
  /** The function that the saved tokenizer had as `analyzer`; files do not contain functions. */
  readonly analyzer?: Analyzer;
}

const OP = 'tokenizerFromJson';

const tokenizerKind: Kind<Tokenizer> = kind('a Tokenizer', (given): given is Tokenizer => given instanceof Tokenizer);

/** Value of the config entry `analyzer` for a tokenizer with an analyzer. Keras omits the entry. */
const ANALYZER = 'custom';

/** Entries of the config, as Keras names them. `locale` and `analyzer` are in files of manabi only. */
const configKinds = {
  num_words: nullable(count),
  filters: text,
  lower: boolean,
  split: text,
  char_level: boolean,
  oov_token: nullable(text),
  document_count: count,
  word_counts: text,
  word_docs: text,
  index_docs: text,
  index_word: text,
  word_index: text,
  locale: optional(text),
  analyzer: optional(nullable(text), null),
};

/**
 * Returns the JSON text of a tokenizer in the format of Keras's `Tokenizer.to_json`, which `tokenizer_from_json` of
 * Keras reads. Two settings that Keras cannot express make Keras fail, not split differently: `locale` is an unknown
 * argument there, and a tokenizer with an analyzer cannot be used until its attribute `analyzer` is set.
 *
 * @throws ManabiError `argument` for other values
 * @example
 * ```ts
 * import { Tokenizer, tokenizerFromJson, tokenizerToJson } from '@manabi/text';
 *
 * const tokenizer = new Tokenizer();
 * tokenizer.fitOnTexts(['a b a']);
 * const copy = tokenizerFromJson(tokenizerToJson(tokenizer));
 * console.log(copy.textsToSequences(['b a'])); // [[2, 1]]
 * ```
 */
export function tokenizerToJson(tokenizer: Tokenizer): string {
  const { options } = readArgument('tokenizerToJson', 'tokenizer', tokenizer, tokenizerKind);
  const config: Partial<OptionValues<typeof configKinds>> = {
    num_words: options.numWords,
    filters: options.filters,
    lower: options.lower,
    split: options.split,
    char_level: options.charLevel,
    oov_token: options.oovToken,
    document_count: tokenizer.documentCount,
    word_counts: mapToJson(tokenizer.wordCounts),
    word_docs: mapToJson(tokenizer.wordDocs),
    index_docs: mapToJson(tokenizer.indexDocs),
    index_word: mapToJson(tokenizer.indexWord),
    word_index: mapToJson(tokenizer.wordIndex),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
    ...(options.analyzer === null ? {} : { analyzer: ANALYZER }),
  };
  return JSON.stringify({ class_name: 'Tokenizer', config });
}

/**
 * Creates a tokenizer from the JSON text that `tokenizerToJson` or Keras's `Tokenizer.to_json` returned.
 *
 * @throws ManabiError `file` for text that does not describe a tokenizer; `argument` if the saved tokenizer had an
 * analyzer and `analyzer` is missing, or the other way round
 * @example
 * ```ts
 * import { Tokenizer, tokenizerFromJson, tokenizerToJson } from '@manabi/text';
 *
 * const tokenizer = new Tokenizer({ numWords: 100 });
 * console.log(tokenizerFromJson(tokenizerToJson(tokenizer)).options.numWords); // 100
 * ```
 */
export function tokenizerFromJson(json: string, options: TokenizerFromJsonOptions = {}): Tokenizer {
  const given = readArgument(OP, 'json', json, text);
  const { analyzer = null } = readOptions(OP, options, { analyzer: optional(analyzerKind) });
  const config = readConfig(given);
  if ((config.analyzer === null) !== (analyzer === null)) throw analyzerMismatch(analyzer !== null);
  const numbers = (name: 'word_counts' | 'word_docs' | 'word_index') => mapFromJson(OP, name, config[name], count);
  const state: TokenizerState = {
    documentCount: config.document_count,
    wordCounts: numbers('word_counts'),
    wordDocs: numbers('word_docs'),
    indexDocs: withIndices(mapFromJson(OP, 'index_docs', config.index_docs, count)),
    wordIndex: numbers('word_index'),
    indexWord: withIndices(mapFromJson(OP, 'index_word', config.index_word, text)),
  };
  const { num_words, filters, lower, split, char_level, oov_token, locale } = config;
  const settings = { numWords: num_words, filters, lower, split, charLevel: char_level, oovToken: oov_token, analyzer };
  return restoreTokenizer(locale === undefined ? settings : { ...settings, locale }, state);
}

function readConfig(json: string): OptionValues<typeof configKinds> {
  try {
    const parsed: unknown = JSON.parse(json);
    if (isPlainObject(parsed) && parsed.class_name === 'Tokenizer') return readOptions(OP, parsed.config, configKinds);
  } catch (cause) {
    throw notATokenizer(cause);
  }
  throw notATokenizer(undefined);
}

function notATokenizer(cause: unknown): ManabiError {
  const why =
    cause instanceof Error ? ` ${cause.message}` : ' Expected an object with class_name "Tokenizer" and config.';
  return new ManabiError('file', `The text is not the JSON of a Keras Tokenizer.${why}`, { op: OP, cause });
}

function withIndices<Value>(map: ReadonlyMap<string, Value>): Map<number, Value> {
  return new Map([...map].map(([key, value]) => [readArgument(OP, 'index', Number(key), count), value]));
}

function analyzerMismatch(isGiven: boolean): ManabiError {
  const message = isGiven
    ? 'The saved tokenizer had no analyzer. Omit `analyzer`.'
    : 'The saved tokenizer had an analyzer, which files cannot contain. Pass the same function as `analyzer`.';
  return new ManabiError('argument', message, { op: OP });
}
