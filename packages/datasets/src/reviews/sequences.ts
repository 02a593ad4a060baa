import { count, integer, type KindsOf, ManabiError, nullable, optional, positiveInteger } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { type FileOptions, fileKinds } from '../published/index.ts';

/** Texts as sequences of word indices, with their class labels. */
export interface LabelledSequences {
  /** Word indices of each text. */
  readonly sequences: readonly (readonly number[])[];
  /** Class indices: uint8 `[count]`. */
  readonly labels: HostArray;
}

/** Texts for training and for testing. */
export interface TextClassificationData {
  readonly train: LabelledSequences;
  readonly test: LabelledSequences;
}

/** Options that select the words of texts, with the names and defaults of Keras. */
export interface SequenceOptions extends FileOptions {
  /**
   * Keeps only word indices below this number, after `indexFrom` was added. Default: the largest index, which, as in Keras,
   * replaces the rarest word.
   */
  readonly numWords?: number;
  /** Replaces word indices below this number, after `indexFrom` was added (default 0). */
  readonly skipTop?: number;
  /** Drops texts with this many words or more, including the start character. By default, keeps all texts. */
  readonly maxlen?: number;
  /** Index with which each text starts (default 1); null for none. */
  readonly startChar?: number | null;
  /** Index for words that `numWords` or `skipTop` excludes (default 2); null to drop these words. */
  readonly oovChar?: number | null;
  /** Number that is added to the index of each word (default 3). */
  readonly indexFrom?: number;
  /** Seed of the order of texts, an integer in [0, 2^32) (default 113). */
  readonly seed?: number;
}

/** Validators for `SequenceOptions`. */
export const sequenceKinds = {
  ...fileKinds,
  numWords: optional(positiveInteger),
  skipTop: optional(count, 0),
  maxlen: optional(positiveInteger),
  startChar: optional(nullable(count), 1),
  oovChar: optional(nullable(count), 2),
  indexFrom: optional(count, 3),
  seed: optional(integer({ min: 0, below: 2 ** 32 }), 113),
} satisfies KindsOf<SequenceOptions>;

/** A text with its label, before words are selected. */
export interface IndexedText {
  readonly words: readonly number[];
  readonly label: number;
}

/** Options that select the words, with defaults. */
export interface Selection extends Pick<SequenceOptions, 'numWords' | 'maxlen'> {
  readonly skipTop: number;
  readonly startChar: number | null;
  readonly oovChar: number | null;
  readonly indexFrom: number;
}

/** Adds the start character and `indexFrom` to the words of each text, and drops long texts. */
export function shiftWords(
  texts: readonly IndexedText[],
  { startChar, indexFrom, maxlen }: Pick<Selection, 'startChar' | 'indexFrom' | 'maxlen'>,
): readonly IndexedText[] {
  const shifted = texts.map(({ words, label }) => {
    const moved = words.map((word) => word + indexFrom);
    return { words: startChar === null ? moved : [startChar, ...moved], label };
  });
  return maxlen === undefined ? shifted : shifted.filter(({ words }) => words.length < maxlen);
}

/** Returns the number below which word indices are kept: `numWords`, or the largest index. */
export function wordLimit(texts: readonly IndexedText[], numWords: number | undefined): number {
  if (numWords !== undefined) return numWords;
  let largest = 0;
  for (const { words } of texts) for (const word of words) largest = Math.max(largest, word);
  return largest;
}

/** Replaces or drops the words outside `skipTop` to `limit`. */
export function selectWords(
  texts: readonly IndexedText[],
  limit: number,
  { skipTop, oovChar }: Pick<Selection, 'skipTop' | 'oovChar'>,
): LabelledSequences {
  const isKept = (word: number): boolean => skipTop <= word && word < limit;
  const sequences = texts.map(({ words }) =>
    oovChar === null ? words.filter(isKept) : words.map((word) => (isKept(word) ? word : oovChar)),
  );
  const labels = hostArray(
    'uint8',
    [texts.length],
    Uint8Array.from(texts, ({ label }) => label),
  );
  return { sequences, labels };
}

/** Returns the error for `maxlen` that drops all texts. */
export function noTextLeft(op: string, maxlen: number): ManabiError {
  return new ManabiError('data', `No text has fewer than \`maxlen\` = ${maxlen} words. Increase maxlen.`, {
    op,
    data: { maxlen },
  });
}

/**
 * Combines the arrays of an archive: lists of word indices, and labels.
 *
 * @throws ManabiError `file` if the arrays are something else
 */
export function indexedTexts(
  op: string,
  source: string,
  lists: HostArray | readonly unknown[],
  labels: HostArray,
): readonly IndexedText[] {
  const wrong = (problem: string): ManabiError =>
    new ManabiError('file', `${source} is not the file that Keras publishes: ${problem}. Check its location.`, {
      op,
      data: { source },
    });
  if (!isList(lists)) throw wrong('its texts are not lists of word indices');
  if (labels.shape.length !== 1 || labels.data.length !== lists.length)
    throw wrong(`it has ${lists.length} texts and labels of shape [${labels.shape.join(', ')}]`);
  return lists.map((words, i) => {
    const label = labels.data[i];
    if (!Array.isArray(words) || !words.every((word) => Number.isSafeInteger(word) && word >= 0))
      throw wrong(`text ${i} is not a list of word indices`);
    if (!Number.isInteger(label) || label < 0 || label > 255) throw wrong(`label ${i} is ${label}`);
    return { words, label };
  });
}

function isList(value: HostArray | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value);
}
