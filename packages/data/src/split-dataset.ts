import {
  boolean,
  integer,
  type KindsOf,
  ManabiError,
  number,
  optional,
  readOptions,
  signal as signalKind,
  wrongArgument,
} from '@manabi/errors';
import { roundHalfToEven } from '@manabi/ir';
import { Dataset, type IterationOptions } from './dataset.ts';

/** Options of `splitDataset`. */
export interface SplitDatasetOptions extends IterationOptions {
  /** Size of the first part: a fraction in (0, 1), or a number of elements. Default: the rest. */
  readonly leftSize?: number;
  /** Size of the second part: a fraction in (0, 1), or a number of elements. Default: the rest. */
  readonly rightSize?: number;
  /** Whether to shuffle the elements once before they are split (default false). */
  readonly shuffle?: boolean;
  /** Seed of the order: any integer; random by default. */
  readonly seed?: number;
}

const kinds = {
  leftSize: optional(number({ above: 0 })),
  rightSize: optional(number({ above: 0 })),
  shuffle: optional(boolean, false),
  seed: optional(integer()),
  signal: optional(signalKind),
} satisfies KindsOf<SplitDatasetOptions>;

/**
 * Splits a dataset into two parts, such as for training and validation. All elements are read once and kept in memory, so that
 * both parts are fixed, even if the dataset is shuffled in another order in each iteration.
 *
 * @throws ManabiError `argument` unless at least one size is given, and both parts have elements
 * @example
 * ```ts
 * import { range, splitDataset } from '@manabi/data';
 *
 * const [train, validation] = await splitDataset(range(10), { rightSize: 0.2 });
 * console.log(await validation.toArray()); // [8, 9]
 * ```
 */
export async function splitDataset<T>(
  dataset: Dataset<T>,
  options: SplitDatasetOptions,
): Promise<[left: Dataset<T>, right: Dataset<T>]> {
  const op = 'splitDataset';
  if (!(dataset instanceof Dataset)) throw wrongArgument({ op, name: 'dataset' }, 'a Dataset', dataset);
  const { leftSize, rightSize, shuffle, seed, signal } = readOptions(op, options, kinds);
  const source = shuffle ? dataset.shuffle(Infinity, seed === undefined ? {} : { seed }) : dataset;
  const wrong = (problem: string, total?: number): ManabiError =>
    new ManabiError('argument', `${problem}; got \`leftSize\` = ${leftSize} and \`rightSize\` = ${rightSize}.`, {
      op,
      data: { leftSize, rightSize, total },
    });
  if (leftSize === undefined && rightSize === undefined) throw wrong('Pass `leftSize` or `rightSize`');
  const elements = await source.toArray({ signal });
  const total = elements.length;
  // Keras rounds fractions to the nearest number of elements, and halves to even ones.
  const countOf = (size: number): number => (size < 1 ? roundHalfToEven(size * total) : size);
  const left = leftSize === undefined ? undefined : countOf(leftSize);
  const right = rightSize === undefined ? undefined : countOf(rightSize);
  const leftCount = left ?? total - (right ?? 0);
  const rightCount = right ?? total - leftCount;
  if (![leftCount, rightCount].every((size) => Number.isInteger(size) && size > 0) || leftCount + rightCount > total) {
    throw wrong(`Both parts must have elements, together at most the ${total} of the dataset`, total);
  }
  return [listed(elements.slice(0, leftCount)), listed(elements.slice(total - rightCount))];
}

function listed<T>(elements: readonly T[]): Dataset<T> {
  return new Dataset({
    path: 'splitDataset',
    cardinality: elements.length,
    skipIterations() {},
    async *open() {
      yield* elements;
    },
  });
}
