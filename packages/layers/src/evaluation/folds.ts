import { ManabiError } from '@manabi/core';
import { kFold } from '@manabi/data/internal';
import { type Kind, kind, wrongArgument } from '@manabi/errors';

/** Indices of the samples to train on and to test on in one fold, as `kFold` yields them. */
export interface FoldIndices {
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
}

/** Validates the option `folds`: a number of folds, or an iterable of indices. */
export const foldsKind: Kind<number | Iterable<FoldIndices>> = kind(
  'an integer of at least 2, or an iterable of { train, test } with indices of samples',
  (given): given is number | Iterable<FoldIndices> =>
    typeof given === 'number'
      ? Number.isSafeInteger(given) && given >= 2
      : typeof given === 'object' && given !== null && Symbol.iterator in given,
);

/**
 * Returns the indices of each fold, checked.
 *
 * @param seed seed of the order in which samples are assigned to a number of folds; null to keep their order
 * @throws ManabiError `argument` for more folds than samples, and for folds that are not objects of indices, are empty, or
 * test on a sample that they train on; `index` for indices that are not samples
 */
export function foldsOf(
  op: string,
  folds: number | Iterable<FoldIndices>,
  count: number,
  seed: number | null,
): readonly FoldIndices[] {
  if (typeof folds === 'number') return splitEvenly(op, folds, count, seed);
  const list = Array.from(folds);
  if (list.length === 0) throw wrongArgument({ op, name: 'folds' }, 'an iterable of at least one fold', list);
  list.forEach((fold, i) => {
    checkFold({ op, name: `folds[${i}]` }, fold, count);
  });
  return list;
}

function splitEvenly(op: string, folds: number, count: number, seed: number | null): readonly FoldIndices[] {
  if (folds > count) {
    throw new ManabiError('argument', `\`folds\` must be at most the number of samples, ${count}; got ${folds}.`, {
      op,
      data: { name: 'folds', given: folds, samples: count },
    });
  }
  return kFold(count, { splits: folds, ...(seed !== null && { shuffle: true, seed }) });
}

function checkFold(location: { readonly op: string; readonly name: string }, fold: unknown, count: number): void {
  if (typeof fold !== 'object' || fold === null || !('train' in fold) || !('test' in fold)) {
    throw wrongArgument(location, 'an object { train, test } with indices of samples', fold);
  }
  const train = new Set(indicesOf({ ...location, name: `${location.name}.train` }, fold.train, count));
  const shared = indicesOf({ ...location, name: `${location.name}.test` }, fold.test, count).find((i) => train.has(i));
  if (shared === undefined) return;
  throw new ManabiError(
    'argument',
    `\`${location.name}\` trains on sample ${shared} and tests on it. Remove it from one of the lists of indices.`,
    { op: location.op, data: { name: location.name, sample: shared } },
  );
}

function indicesOf(location: { readonly op: string; readonly name: string }, given: unknown, count: number): number[] {
  const isArray = Array.isArray(given) || (ArrayBuffer.isView(given) && !(given instanceof DataView));
  // Elements of views that are not numbers are found below.
  const indices = isArray ? Array.from(given as ArrayLike<unknown>) : [];
  if (indices.length === 0) throw wrongArgument(location, 'a non-empty array of indices of samples', given);
  return indices.map((index) => {
    if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < count) return index;
    throw new ManabiError(
      'index',
      `\`${location.name}\` must contain indices in [0, ${count}); got ${String(index)}.`,
      {
        op: location.op,
        data: { name: location.name, index: typeof index === 'number' ? index : String(index), length: count },
      },
    );
  });
}
