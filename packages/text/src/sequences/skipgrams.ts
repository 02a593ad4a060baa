import {
  boolean,
  count,
  integer,
  type Kind,
  type KindsOf,
  kind,
  ManabiError,
  notNegative,
  nullable,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
} from '@manabi/errors';

/** Options of `skipgrams`. */
export interface SkipgramsOptions {
  /** Largest distance between the two words of a pair (default: 4). */
  readonly windowSize?: number;
  /** Number of random pairs per pair of the text (default: 1). */
  readonly negativeSamples?: number;
  /** Whether pairs are shuffled (default: true); otherwise random pairs follow those of the text. */
  readonly shuffle?: boolean;
  /** Probability of keeping each word as a target, as `makeSamplingTable` returns it (default: null, 1). */
  readonly samplingTable?: ArrayLike<number> | null;
  /** Seed of all random choices (default: 0). */
  readonly seed?: number;
}

/** Word pairs and their labels. */
export interface Skipgrams {
  /** Pairs [target, context]. */
  readonly couples: [number, number][];
  /** 1 for a pair of the text, 0 for a random pair. */
  readonly labels: number[];
}

const tableKind: Kind<ArrayLike<number>> = kind(
  'an array of probabilities',
  (given): given is ArrayLike<number> => Array.isArray(given) || (ArrayBuffer.isView(given) && 'length' in given),
);

const kinds = {
  windowSize: optional(positiveInteger, 4),
  negativeSamples: optional(notNegative, 1),
  shuffle: optional(boolean, true),
  samplingTable: optional(nullable(tableKind), null),
  seed: optional(count, 0),
} satisfies KindsOf<SkipgramsOptions>;

const OP = 'skipgrams';

/** Largest number of random pairs, which an array can hold with room to spare. */
const MOST_PAIRS = 2 ** 25;

/**
 * Creates training pairs for word2vec: each word with the words around it (label 1), and with random words of the
 * vocabulary (label 0). Index 0 is padding and occurs in no pair. The same seed returns the same pairs; Python's random
 * numbers, which Keras uses, are not reproduced. Unlike in Keras, the default seed is fixed.
 *
 * @param vocabularySize largest word index plus 1
 * @throws ManabiError `argument` for invalid arguments; `index` for words outside the vocabulary or the sampling table
 * @example
 * ```ts
 * import { skipgrams } from '@manabi/text';
 *
 * const { couples } = skipgrams([1, 2, 3], 4, { windowSize: 1, negativeSamples: 0, shuffle: false });
 * console.log(couples); // [[1, 2], [2, 1], [2, 3], [3, 2]]
 * ```
 */
export function skipgrams(
  sequence: ArrayLike<number>,
  vocabularySize: number,
  options: SkipgramsOptions = {},
): Skipgrams {
  const size = readArgument(OP, 'vocabularySize', vocabularySize, integer({ min: 2 }));
  const words = wordsOf(readArgument(OP, 'sequence', sequence, tableKind), size);
  const { windowSize, negativeSamples, shuffle, samplingTable, seed } = readOptions(OP, options, kinds);
  const random = randomNumbers(seed);
  const pairs = positivePairs(words, windowSize, (word) => {
    if (samplingTable === null) return true;
    if (word >= samplingTable.length) throw outside('samplingTable', word, samplingTable.length);
    return samplingTable[word] >= random();
  });
  const couples = [...pairs];
  const targets = pairs.map(([target]) => target);
  shuffleInPlace(targets, random);
  const negatives = Math.floor(pairs.length * negativeSamples);
  if (negatives > MOST_PAIRS) throw tooMany('negativeSamples', negativeSamples, negatives);
  for (let i = 0; i < negatives; i++) {
    couples.push([targets[i % targets.length], 1 + Math.floor(random() * (size - 1))]);
  }
  const order = couples.map((_, i) => i);
  if (shuffle) shuffleInPlace(order, random);
  return { couples: order.map((i) => couples[i]), labels: order.map((i) => (i < pairs.length ? 1 : 0)) };
}

function wordsOf(sequence: ArrayLike<number>, size: number): readonly number[] {
  return Array.from(sequence, (word, i) => {
    const index = readArgument(OP, `sequence[${i}]`, word, count);
    if (index >= size) throw outside('vocabularySize', index, size);
    return index;
  });
}

function positivePairs(
  words: readonly number[],
  windowSize: number,
  isKept: (word: number) => boolean,
): readonly [number, number][] {
  const pairs: [number, number][] = [];
  words.forEach((word, i) => {
    if (word === 0 || !isKept(word)) return;
    const end = Math.min(words.length, i + windowSize + 1);
    for (let j = Math.max(0, i - windowSize); j < end; j++) {
      if (j !== i && words[j] !== 0) pairs.push([word, words[j]]);
    }
  });
  return pairs;
}

/** Returns a generator of numbers in [0, 1): the algorithm mulberry32, on 32 bits of the seed. */
function randomNumbers(seed: number): () => number {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffleInPlace(items: number[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}

function tooMany(name: string, given: number, pairs: number): ManabiError {
  return new ManabiError(
    'argument',
    `\`${name}\` of ${given} makes ${pairs} pairs; at most ${MOST_PAIRS} are possible.`,
    {
      op: OP,
      data: { name, given },
    },
  );
}

function outside(name: string, index: number, length: number): ManabiError {
  return new ManabiError('index', `Word indices must be less than \`${name}\`, ${length}; got ${index}.`, {
    op: OP,
    data: { index, length },
  });
}
