import { boolean, integer, type KindsOf, ManabiError, optional, readArgument, readOptions } from '@manabi/errors';
import { anySeed, hostRandom } from '../random.ts';
import { countKind } from '../stage.ts';
import { classesInOrder, type Labels, listOfLabels } from './labels.ts';
import { shuffled } from './shuffled.ts';

/** Row indices of a fold; copy the rows with `takeRows`. */
export interface Indices {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Options of `kFold` and `stratifiedKFold`, with the defaults of scikit-learn. */
export interface FoldOptions {
  /** Number of folds, at least 2 (default 5). */
  readonly splits?: number;
  /** Whether to shuffle the rows before they are split (default false). */
  readonly shuffle?: boolean;
  /** Seed of the random order: any integer; random by default. The order differs from that of scikit-learn. */
  readonly seed?: number;
}

/** Options of `groupKFold`. */
export type GroupFoldOptions = Pick<FoldOptions, 'splits'>;

const groupKinds = { splits: optional(countKind(2), 5) } satisfies KindsOf<GroupFoldOptions>;
const kinds = {
  ...groupKinds,
  shuffle: optional(boolean, false),
  seed: optional(integer()),
} satisfies KindsOf<FoldOptions>;

/**
 * Divides rows into folds for cross-validation. Each row is in one fold; to test with a fold, train with the rows of all others.
 *
 * @param rows number of rows
 * @throws ManabiError `argument` if there are more folds than rows
 * @example
 * ```ts
 * import { kFold } from '@manabi/data';
 *
 * console.log(kFold(5, { splits: 2 }).map(({ test }) => [...test])); // [[0, 1, 2], [3, 4]]
 * ```
 */
export function kFold(rows: number, options: FoldOptions = {}): readonly Indices[] {
  const op = 'kFold';
  readArgument(op, 'rows', rows, countKind(1));
  const { splits, shuffle, seed = anySeed() } = readOptions(op, options, kinds);
  if (splits > rows) throw tooMany(op, splits, `the ${rows} rows`);
  const inOrder = Uint32Array.from({ length: rows }, (_, i) => i);
  const order = shuffle ? shuffled(inOrder, hostRandom(seed, 0)) : inOrder;
  const folds = new Uint32Array(rows);
  let next = 0;
  for (let fold = 0; fold < splits; fold++) {
    // The first folds have one row more if the rows cannot be divided evenly.
    const size = Math.floor(rows / splits) + (fold < rows % splits ? 1 : 0);
    for (const row of order.subarray(next, next + size)) folds[row] = fold;
    next += size;
  }
  return indicesOf(folds, splits);
}

/**
 * Divides rows into folds for cross-validation, in which each class has the same share.
 *
 * @param labels labels of the rows
 * @throws ManabiError `argument` if all classes have fewer rows than there are folds
 * @example
 * ```ts
 * import { stratifiedKFold } from '@manabi/data';
 *
 * const folds = stratifiedKFold(['a', 'a', 'a', 'a', 'b', 'b'], { splits: 2 });
 * console.log(folds.map(({ test }) => [...test])); // [[0, 1, 4], [2, 3, 5]]
 * ```
 */
export function stratifiedKFold(labels: Labels, options: FoldOptions = {}): readonly Indices[] {
  const op = 'stratifiedKFold';
  const { splits, shuffle, seed = anySeed() } = readOptions(op, options, kinds);
  const { indices, counts } = classesInOrder(listOfLabels(op, 'labels', labels));
  if (splits > Math.max(...counts)) throw tooMany(op, splits, `the ${Math.max(...counts)} rows of the largest class`);
  const random = hostRandom(seed, 0);
  // Folds take turns over the rows in the order of their classes, which decides how many rows of a class each fold gets.
  const sorted = counts.flatMap((size, label) => Array.from({ length: size }, () => label));
  const folds = new Uint32Array(indices.length);
  for (const [label, size] of counts.entries()) {
    const ofClass: number[] = [];
    for (let fold = 0; fold < splits; fold++)
      for (let i = fold; i < sorted.length; i += splits) if (sorted[i] === label) ofClass.push(fold);
    const order = shuffle ? shuffled(Uint32Array.from(ofClass), random) : ofClass;
    let next = 0;
    for (const [row, one] of indices.entries()) if (one === label && next < size) folds[row] = order[next++];
  }
  return indicesOf(folds, splits);
}

/**
 * Divides rows into folds for cross-validation such that all rows of a group are in one fold. Large groups are distributed first,
 * each to the fold with the fewest rows.
 *
 * @param groups group of each row, such as the patient or the author
 * @throws ManabiError `argument` if there are more folds than groups
 * @example
 * ```ts
 * import { groupKFold } from '@manabi/data';
 *
 * const folds = groupKFold(['ann', 'ann', 'bob', 'cid'], { splits: 2 });
 * console.log(folds.map(({ test }) => [...test])); // [[0, 1], [2, 3]]
 * ```
 */
export function groupKFold(groups: Labels, options: GroupFoldOptions = {}): readonly Indices[] {
  const op = 'groupKFold';
  const { splits } = readOptions(op, options, groupKinds);
  const list = listOfLabels(op, 'groups', groups);
  const { indices, counts } = classesInOrder(list);
  if (splits > counts.length) throw tooMany(op, splits, `the ${counts.length} groups`);
  const labelOf = new Map(Array.from(indices, (group, row) => [group, list[row]]));
  // Of groups of equal size, scikit-learn distributes the one with the largest label first.
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || compare(labelOf.get(b), labelOf.get(a)));
  const rowsIn = new Array<number>(splits).fill(0);
  const foldOf = new Map<number, number>();
  for (const group of order) {
    const fold = rowsIn.indexOf(Math.min(...rowsIn));
    rowsIn[fold] += counts[group];
    foldOf.set(group, fold);
  }
  return indicesOf(
    indices.map((group) => foldOf.get(group) ?? 0),
    splits,
  );
}

function compare(a: number | string | boolean | undefined, b: number | string | boolean | undefined): number {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

function indicesOf(folds: Uint32Array, splits: number): readonly Indices[] {
  const rows = Uint32Array.from(folds, (_, i) => i);
  return Array.from({ length: splits }, (_, fold) => ({
    train: rows.filter((row) => folds[row] !== fold),
    test: rows.filter((row) => folds[row] === fold),
  }));
}

function tooMany(op: string, splits: number, most: string): ManabiError {
  return new ManabiError('argument', `\`splits\` must be at most ${most}; got ${splits}.`, {
    op,
    data: { name: 'splits', splits },
  });
}
