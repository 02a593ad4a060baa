import {
  boolean,
  count,
  type KindsOf,
  listOf,
  ManabiError,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
  text as textKind,
} from '@manabi/errors';
import { formatGiven } from '@manabi/errors/internal';
import type { HostArray } from '@manabi/ir';
import { type Analyzer, analyzerKind } from '../hashing/hashing-trick.ts';
import { splitWords } from '../words/text-to-word-sequence.ts';
import { checkSplit, type WordOptions, wordKinds } from '../words/word-options.ts';
import { type MatrixMode, matrixModes, wordMatrix } from './word-matrix.ts';

/** Options of `Tokenizer`. */
export interface TokenizerOptions extends WordOptions {
  /**
   * Limit of word indices: only words with an index less than `numWords` are kept, which are the `numWords - 1` most
   * frequent ones; 0 or null for no limit (default: null). `wordIndex` contains all words regardless.
   */
  readonly numWords?: number | null;
  /** Whether every character is a token (default: false); `filters` then has no effect. */
  readonly charLevel?: boolean;
  /** Token with index 1 that replaces unknown words (default: null, unknown words are dropped). */
  readonly oovToken?: string | null;
  /**
   * Function that splits a text into words, in place of `filters`, `lower` and `split` (default: null). Use it to plug
   * in a morphological analyser.
   */
  readonly analyzer?: Analyzer | null;
}

/** A text, or the tokens of a text. */
export type TextOrTokens = string | readonly string[];

/** What a tokenizer learned from texts. */
export interface TokenizerState {
  documentCount: number;
  wordCounts: Map<string, number>;
  wordDocs: Map<string, number>;
  indexDocs: Map<number, number>;
  wordIndex: Map<string, number>;
  indexWord: Map<number, string>;
}

const kinds = {
  ...wordKinds,
  numWords: optional(nullable(count), null),
  charLevel: optional(boolean, false),
  oovToken: optional(nullable(textKind), null),
  analyzer: optional(nullable(analyzerKind), null),
} satisfies KindsOf<TokenizerOptions>;

const sequenceKind = listOf(listOf(count));
const modeKind = optional(oneOf(...matrixModes), 'binary');

/**
 * Assigns indices to the words of texts by their frequency, and converts texts to sequences of indices; Keras's
 * `Tokenizer`. Index 1 is the most frequent word, or `oovToken` if given; 0 is never assigned. Words of equal frequency
 * are ordered by their first occurrence.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { Tokenizer } from '@manabi/text';
 *
 * const tokenizer = new Tokenizer({ oovToken: '<OOV>' });
 * tokenizer.fitOnTexts(['the cat saw the dog']);
 * console.log(tokenizer.textsToSequences(['the bird saw'])); // [[2, 1, 4]]
 * ```
 */
export class Tokenizer {
  /** The options, with defaults filled in. */
  readonly options: Readonly<Required<Omit<TokenizerOptions, 'locale'>> & Pick<TokenizerOptions, 'locale'>>;
  /** What the tokenizer learned. */
  get #state(): TokenizerState {
    return states.get(this) ?? emptyState();
  }

  /** @throws ManabiError `argument` for invalid options */
  constructor(options: TokenizerOptions = {}) {
    this.options = readOptions('Tokenizer', options, kinds);
    checkSplit('Tokenizer', { split: this.options.split, locale: this.options.locale });
    states.set(this, emptyState());
  }

  /** Number of texts and sequences that the tokenizer was fitted on. */
  get documentCount(): number {
    return this.#state.documentCount;
  }

  /** How often each word occurs, in the order of first occurrence. */
  get wordCounts(): ReadonlyMap<string, number> {
    return this.#state.wordCounts;
  }

  /** Number of texts that contain each word. */
  get wordDocs(): ReadonlyMap<string, number> {
    return this.#state.wordDocs;
  }

  /** Number of texts that contain the word with each index. */
  get indexDocs(): ReadonlyMap<number, number> {
    return this.#state.indexDocs;
  }

  /** Indices of all words, also of those beyond `numWords`. */
  get wordIndex(): ReadonlyMap<string, number> {
    return this.#state.wordIndex;
  }

  /** Words of all indices, also of those beyond `numWords`. */
  get indexWord(): ReadonlyMap<number, string> {
    return this.#state.indexWord;
  }

  /**
   * Adds the words of texts to the vocabulary and assigns new indices to all words. Lists of tokens are used as they
   * are, except for `lower`.
   *
   * @throws ManabiError `argument` for a single string, or items that are not texts
   */
  fitOnTexts(texts: Iterable<TextOrTokens>): void {
    const state = this.#state;
    for (const tokens of this.#tokensOf('fitOnTexts', texts)) {
      state.documentCount++;
      for (const word of tokens) increment(state.wordCounts, word);
      for (const word of new Set(tokens)) increment(state.wordDocs, word);
    }
    // The sort is stable, so words of equal frequency stay in the order of first occurrence.
    const ranked = [...state.wordCounts].sort(([, a], [, b]) => b - a).map(([word]) => word);
    const { oovToken } = this.options;
    const words = oovToken === null ? ranked : [oovToken, ...ranked];
    state.wordIndex = new Map(words.map((word, i) => [word, i + 1]));
    state.indexWord = new Map([...state.wordIndex].map(([word, index]) => [index, word]));
    for (const [word, texts] of state.wordDocs) state.indexDocs.set(state.wordIndex.get(word) ?? 0, texts);
  }

  /**
   * Counts the sequences that contain each index, for `sequencesToMatrix` with mode `'tfidf'` on a tokenizer that was
   * not fitted on texts.
   *
   * @throws ManabiError `argument` for items that are not arrays of non-negative integers
   */
  fitOnSequences(sequences: readonly (readonly number[])[]): void {
    const given = readArgument('fitOnSequences', 'sequences', sequences, sequenceKind);
    this.#state.documentCount += given.length;
    for (const sequence of given) for (const index of new Set(sequence)) increment(this.#state.indexDocs, index);
  }

  /**
   * Converts each text to the indices of its words. Unknown words, and words with an index of `numWords` or more, become
   * `oovToken` or are dropped.
   *
   * @throws ManabiError `argument` for a single string, items that are not texts, or a tokenizer that was not fitted
   */
  textsToSequences(texts: Iterable<TextOrTokens>): number[][] {
    const { numWords, oovToken } = this.options;
    const { wordIndex, documentCount } = this.#state;
    if (documentCount === 0 && wordIndex.size === 0) throw notFitted('textsToSequences');
    const unknown = oovToken === null ? undefined : wordIndex.get(oovToken);
    return Array.from(this.#tokensOf('textsToSequences', texts), (tokens) => {
      const sequence: number[] = [];
      for (const word of tokens) {
        const index = wordIndex.get(word);
        const kept = index === undefined || isBeyond(index, numWords) ? unknown : index;
        if (kept !== undefined) sequence.push(kept);
      }
      return sequence;
    });
  }

  /**
   * Converts sequences of indices to texts, with a space between words. Indices without a word become `oovToken` or are
   * dropped, such as the padding 0.
   *
   * @throws ManabiError `argument` for items that are not arrays of non-negative integers
   */
  sequencesToTexts(sequences: readonly (readonly number[])[]): string[] {
    const { numWords, oovToken } = this.options;
    const { wordIndex, indexWord } = this.#state;
    const oovIndex = oovToken === null ? undefined : wordIndex.get(oovToken);
    const unknown = oovIndex === undefined ? undefined : indexWord.get(oovIndex);
    return readArgument('sequencesToTexts', 'sequences', sequences, sequenceKind).map((sequence) => {
      const words: string[] = [];
      for (const index of sequence) {
        const word = indexWord.get(index);
        const kept = word === undefined || isBeyond(index, numWords) ? unknown : word;
        if (kept !== undefined) words.push(kept);
      }
      return words.join(' ');
    });
  }

  /**
   * Converts each text to a row with one column per word index; see `sequencesToMatrix`.
   *
   * @throws ManabiError the errors of `textsToSequences` and `sequencesToMatrix`
   */
  textsToMatrix(texts: Iterable<TextOrTokens>, mode: MatrixMode = 'binary'): HostArray {
    return this.#matrix('textsToMatrix', this.textsToSequences(texts), mode);
  }

  /**
   * Converts each sequence to a row with one column per word index: `'binary'` marks words that occur, `'count'` counts
   * them, `'freq'` divides counts by the length of the sequence, `'tfidf'` weights them by
   * `(1 + ln count) * ln(1 + texts / (1 + texts with the word))`.
   *
   * @returns float32 array [sequences.length, numWords], or with one more column than words if `numWords` is null
   * @throws ManabiError `argument` for invalid arguments, or on a tokenizer without words and `numWords`
   */
  sequencesToMatrix(sequences: readonly (readonly number[])[], mode: MatrixMode = 'binary'): HostArray {
    const op = 'sequencesToMatrix';
    return this.#matrix(op, readArgument(op, 'sequences', sequences, sequenceKind), mode);
  }

  #matrix(op: string, sequences: readonly (readonly number[])[], mode: MatrixMode): HostArray {
    const { documentCount, indexDocs, wordIndex } = this.#state;
    const checked = readArgument(op, 'mode', mode, modeKind);
    const width = this.options.numWords || (wordIndex.size === 0 ? 0 : wordIndex.size + 1);
    if (width === 0) {
      throw new ManabiError(
        'argument',
        'The number of columns is unknown. Pass `numWords`, or call fitOnTexts() first.',
        { op },
      );
    }
    if (checked === 'tfidf' && documentCount === 0) {
      throw new ManabiError('argument', "Mode 'tfidf' requires a fitted tokenizer. Call fitOnTexts() first.", { op });
    }
    return wordMatrix(sequences, width, checked, { documentCount, indexDocs });
  }

  *#tokensOf(op: string, texts: Iterable<TextOrTokens>): Generator<readonly string[]> {
    if (typeof texts === 'string' || typeof texts !== 'object' || texts === null || !(Symbol.iterator in texts)) {
      const fix = typeof texts === 'string' ? ' Put it in an array: [text].' : '';
      throw new ManabiError('argument', `\`texts\` must be an array of strings; got ${formatGiven(texts)}.${fix}`, {
        op,
      });
    }
    let i = 0;
    for (const text of texts) yield this.#split(op, text, i++);
  }

  #split(op: string, text: unknown, i: number): readonly string[] {
    const { lower, charLevel, analyzer, filters, split, locale } = this.options;
    if (Array.isArray(text)) {
      const tokens = text.map((token, j) => readArgument(op, `texts[${i}][${j}]`, token, textKind));
      return lower ? tokens.map((token) => token.toLowerCase()) : tokens;
    }
    if (typeof text !== 'string') {
      const given = formatGiven(text);
      throw new ManabiError('argument', `\`texts[${i}]\` must be a string or an array of tokens; got ${given}.`, {
        op,
      });
    }
    if (charLevel) return Array.from(lower ? text.toLowerCase() : text);
    if (analyzer === null) return splitWords(op, text, { filters, lower, split, locale });
    return readArgument(op, 'analyzer(text)', analyzer(text), listOf(textKind));
  }
}

/** States of tokenizers, which only this file and files of tokenizers set. */
const states = new WeakMap<Tokenizer, TokenizerState>();

/** Creates a tokenizer that learned from texts before. */
export function restoreTokenizer(options: TokenizerOptions, state: TokenizerState): Tokenizer {
  const tokenizer = new Tokenizer(options);
  states.set(tokenizer, state);
  return tokenizer;
}

function emptyState(): TokenizerState {
  return {
    documentCount: 0,
    wordCounts: new Map(),
    wordDocs: new Map(),
    indexDocs: new Map(),
    wordIndex: new Map(),
    indexWord: new Map(),
  };
}

function notFitted(op: string): ManabiError {
  return new ManabiError('argument', 'The tokenizer has no words. Call fitOnTexts() first.', { op });
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Whether an index is dropped by `numWords`, of which 0 and null mean no limit. */
function isBeyond(index: number, numWords: number | null): boolean {
  return numWords !== null && numWords !== 0 && index >= numWords;
}
