import { integer, positive, readArgument } from '@manabi/errors';

/** Largest table; its computation takes about a second. */
const MOST_WORDS = 2 ** 24;

/** Euler's constant, rounded as in Keras. */
const GAMMA = 0.577;

/**
 * Returns the probability with which word2vec keeps each word, by its rank of frequency; frequent words are kept less
 * often. Frequencies follow Zipf's law. Pass the table to `skipgrams`.
 *
 * @param size number of words, including the unused index 0
 * @param samplingFactor word2vec's sampling factor (default: 1e-5)
 * @throws ManabiError `argument` for invalid arguments
 * @example
 * ```ts
 * import { makeSamplingTable } from '@manabi/text';
 *
 * console.log(makeSamplingTable(3)[2]); // 0.0055
 * ```
 */
export function makeSamplingTable(size: number, samplingFactor = 1e-5): Float64Array {
  const length = readArgument('makeSamplingTable', 'size', size, integer({ min: 1, max: MOST_WORDS }));
  const factor = readArgument('makeSamplingTable', 'samplingFactor', samplingFactor, positive);
  return Float64Array.from({ length }, (_, index) => {
    const rank = Math.max(1, index);
    const inverse = rank * (Math.log(rank) + GAMMA) + 0.5 - 1 / (12 * rank);
    return Math.min(1, Math.sqrt(factor * inverse));
  });
}
