import {
  functionOf,
  integer,
  type Kind,
  listOf,
  ManabiError,
  optional,
  readArgument,
  readOptions,
  text as textKind,
} from '@manabi/errors';
import { splitWords } from '../words/text-to-word-sequence.ts';
import { checkSplit, type WordOptions, wordKinds } from '../words/word-options.ts';
import { md5 } from './md5.ts';

/** Splits a text into words. */
export type Analyzer = (text: string) => readonly string[];

/** Maps a word to an integer, which may be negative. */
export type HashFunction = (word: string) => number | bigint;

/** Options of `hashingTrick` and `oneHot`. */
export interface HashingOptions extends WordOptions {
  /** Hash function of words (default: the MD5 digest as an integer, Keras's `hash_function='md5'`). */
  readonly hashFunction?: HashFunction;
  /** Function that splits a text into words, in place of `filters`, `lower` and `split`. */
  readonly analyzer?: Analyzer;
}

export const analyzerKind: Kind<Analyzer> = functionOf<Analyzer>('a function that splits a text into words');

const kinds = {
  ...wordKinds,
  hashFunction: optional(functionOf<HashFunction>('a function that maps a word to an integer')),
  analyzer: optional(analyzerKind),
};

/** Largest modulus for which the remainder of a digest is computed exactly, byte by byte, in doubles. */
const sizeKind = integer({ min: 2, max: 2 ** 44 });

/**
 * Converts a text to word indices in [1, n - 1] by hashing each word, without a vocabulary. Different words may receive
 * the same index; 0 is never assigned. The default hash function is MD5, which returns the same indices everywhere,
 * Keras's with `hash_function='md5'` included. Keras's own default is Python's `hash`, whose values differ from process
 * to process and cannot be reproduced.
 *
 * @param n number of indices, including 0
 * @throws ManabiError `argument` for invalid arguments; `value` if the hash function returns something other than an
 * integer
 * @example
 * ```ts
 * import { hashingTrick } from '@manabi/text';
 *
 * console.log(hashingTrick('The cat saw the dog', 10)); // [6, 3, 3, 6, 6]
 * ```
 */
export function hashingTrick(text: string, n: number, options: HashingOptions = {}): number[] {
  return hashWords('hashingTrick', text, n, options);
}

/**
 * Converts a text to word indices in [1, n - 1]; another name of `hashingTrick`, as in Keras. It returns indices, not
 * vectors. Keras's `one_hot` uses Python's `hash`, whose values differ from process to process; this function uses MD5.
 *
 * @param n number of indices, including 0
 * @throws ManabiError as `hashingTrick`
 * @example
 * ```ts
 * import { oneHot } from '@manabi/text';
 *
 * console.log(oneHot('The cat saw the dog', 10)); // [6, 3, 3, 6, 6]
 * ```
 */
export function oneHot(text: string, n: number, options: HashingOptions = {}): number[] {
  return hashWords('oneHot', text, n, options);
}

function hashWords(op: string, text: string, n: number, options: HashingOptions): number[] {
  const given = readArgument(op, 'text', text, textKind);
  const buckets = readArgument(op, 'n', n, sizeKind) - 1;
  const { hashFunction, analyzer, ...words } = readOptions(op, options, kinds);
  checkSplit(op, words);
  const found =
    analyzer === undefined
      ? splitWords(op, given, words)
      : readArgument(op, 'analyzer(text)', analyzer(given), listOf(textKind));
  const bucketOf = hashFunction === undefined ? md5Bucket : hashBucket(op, hashFunction);
  return found.map((word) => bucketOf(word, buckets) + 1);
}

/** Returns the digest as a big-endian integer modulo `buckets`. */
function md5Bucket(word: string, buckets: number): number {
  return md5(new TextEncoder().encode(word)).reduce((remainder, byte) => (remainder * 256 + byte) % buckets, 0);
}

function hashBucket(op: string, hashFunction: HashFunction) {
  return (word: string, buckets: number): number => {
    const hash: unknown = hashFunction(word);
    if (typeof hash !== 'bigint' && !Number.isSafeInteger(hash)) {
      throw new ManabiError('value', `\`hashFunction\` must return an integer for each word; got ${String(hash)}.`, {
        op,
        data: { word },
      });
    }
    // As in Python, the remainder of a negative number is not negative.
    const divisor = BigInt(buckets);
    const remainder = BigInt(typeof hash === 'bigint' ? hash : Number(hash)) % divisor;
    return Number((remainder + divisor) % divisor);
  };
}
