import { anything, boolean, integer, type KindsOf, ManabiError, number, optional, readOptions } from '@manabi/errors';
import { columnsFor } from '../columns.ts';
import { anySeed, hostRandom } from '../random.ts';
import { tableOf } from '../rows.ts';
import { type Batched, describeValue, isHostArray, type Sliced, type Slices } from '../structure.ts';
import { classesInOrder, type Labels, listOfLabels } from './labels.ts';
import { shuffled } from './shuffled.ts';

/** Options of `trainTestSplit`, with the names and defaults of scikit-learn. */
export interface TrainTestSplitOptions {
  /** Rows to test with: a fraction in (0, 1), or a number of rows (default: the rest, or 0.25 without `trainSize`). */
  readonly testSize?: number;
  /** Rows to train with: a fraction in (0, 1), or a number of rows (default: the rest). */
  readonly trainSize?: number;
  /** Whether to shuffle the rows; true by default. If false, the last rows are those to test with. */
  readonly shuffle?: boolean;
  /** Seed of the random order: any integer; random by default. The order differs from that of scikit-learn. */
  readonly seed?: number;
  /** Labels of the rows, whose classes have the same shares in both parts. */
  readonly stratify?: Labels;
}

const kinds = {
  testSize: optional(number({ above: 0 })),
  trainSize: optional(number({ above: 0 })),
  shuffle: optional(boolean, true),
  seed: optional(integer()),
  stratify: optional(anything<Labels>('labels')),
} satisfies KindsOf<TrainTestSplitOptions>;

/** Type of the rows that `takeRows` and `trainTestSplit` return for `T`. */
export type TakeRows<T> = Batched<Sliced<T>>;

/**
 * Splits the rows of arrays into two parts, to train and to test with. The arrays have the forms that `fromTensorSlices` accepts,
 * except tensors; the parts have the same structure, with host arrays and lists of strings.
 *
 * @throws ManabiError `argument` for sizes that leave a part empty, are larger than the data, or `stratify` with a class of one
 * row or more classes than rows in a part
 * @example
 * ```ts
 * import { trainTestSplit } from '@manabi/data';
 *
 * const x = [[1, 2], [3, 4], [5, 6], [7, 8]];
 * const { train, test } = trainTestSplit({ x, y: [0, 1, 0, 1] }, { testSize: 0.5, seed: 1, stratify: [0, 1, 0, 1] });
 * console.log(train.x.shape); // [2, 2]
 * console.log([...test.y.data].sort()); // [0, 1]
 * ```
 */
export function trainTestSplit<const T>(
  data: T & Slices<T>,
  options: TrainTestSplitOptions = {},
): { readonly train: TakeRows<T>; readonly test: TakeRows<T> } {
  const op = 'trainTestSplit';
  // As in scikit-learn: train_test_split(x, y).
  if (Array.isArray(options) || ArrayBuffer.isView(options) || isHostArray(options)) {
    throw new ManabiError(
      'argument',
      `Options must be an object { testSize, shuffle, … }; got ${describeValue(options)}. Pass several arrays as one object: trainTestSplit({ x, y }, options).`,
      { op, data: { name: 'options' } },
    );
  }
  const { testSize, trainSize, shuffle, seed = anySeed(), stratify } = readOptions(op, options, kinds);
  const table = tableOf<Sliced<T>>(data, op, columnsFor(op));
  const [trained, tested] = partSizes(op, table.count, trainSize, testSize);
  if (stratify !== undefined && !shuffle) {
    throw new ManabiError(
      'argument',
      'Rows can only be stratified if they are shuffled. Omit `shuffle` or `stratify`.',
      {
        op,
        data: { name: 'stratify' },
      },
    );
  }
  let order = Uint32Array.from({ length: table.count }, (_, i) => i);
  let parts = [order.subarray(0, trained), order.subarray(trained, trained + tested)];
  if (stratify !== undefined)
    parts = stratified(op, table.count, listOfLabels(op, 'stratify', stratify), trained, tested, seed);
  else if (shuffle) {
    order = shuffled(order, hostRandom(seed, 0));
    parts = [order.subarray(tested, tested + trained), order.subarray(0, tested)];
  }
  const [train, test] = parts.map((indices) => table.gather(indices, indices.length));
  return { train, test };
}

/**
 * Copies the rows at the given indices, such as those of a fold of `kFold`. The arrays have the forms that `fromTensorSlices`
 * accepts, except tensors.
 *
 * @throws ManabiError `index` for an index outside the rows
 * @example
 * ```ts
 * import { takeRows } from '@manabi/data';
 *
 * const { x } = takeRows({ x: [[1, 2], [3, 4], [5, 6]] }, [2, 0]);
 * console.log([...x.data]); // [5, 6, 1, 2]
 * ```
 */
export function takeRows<const T>(data: T & Slices<T>, indices: ArrayLike<number>): TakeRows<T> {
  const op = 'takeRows';
  const table = tableOf<Sliced<T>>(data, op, columnsFor(op));
  const isList = Array.isArray(indices) || (ArrayBuffer.isView(indices) && 'length' in indices);
  const wrong = isList
    ? Array.from(indices).find((index) => !Number.isInteger(index) || index < 0 || index >= table.count)
    : indices;
  if (wrong === undefined && isList) return table.gather(Uint32Array.from(indices), indices.length);
  throw new ManabiError(
    isList ? 'index' : 'argument',
    `\`indices\` must be a list of integers from 0 to ${table.count - 1}; got ${String(isList ? wrong : typeof wrong)}.`,
    { op, data: { name: 'indices', rows: table.count } },
  );
}

function partSizes(
  op: string,
  count: number,
  trainSize: number | undefined,
  testSize: number | undefined,
): readonly [trained: number, tested: number] {
  const test = testSize ?? (trainSize === undefined ? 0.25 : undefined);
  // scikit-learn rounds the part to test with up, and the part to train with down.
  const tested = test === undefined ? undefined : test < 1 ? Math.ceil(test * count) : test;
  const trained = trainSize === undefined ? undefined : trainSize < 1 ? Math.floor(trainSize * count) : trainSize;
  const sizes = [trained ?? count - (tested ?? 0), tested ?? count - (trained ?? 0)] as const;
  if (sizes.every((size) => Number.isInteger(size) && size > 0) && sizes[0] + sizes[1] <= count) return sizes;
  throw new ManabiError(
    'argument',
    `Both parts must have rows, together at most the ${count} of the data; got \`trainSize\` = ${trainSize} and \`testSize\` = ${testSize}.`,
    { op, data: { rows: count, trainSize, testSize } },
  );
}

/** Returns row indices for both parts, with the same shares of classes, in random order. */
function stratified(
  op: string,
  count: number,
  labels: readonly (number | string | boolean)[],
  trained: number,
  tested: number,
  seed: number,
): Uint32Array<ArrayBuffer>[] {
  const fail = (problem: string): ManabiError =>
    new ManabiError('argument', `Cannot stratify: ${problem}.`, { op, data: { name: 'stratify' } });
  if (labels.length !== count) throw fail(`there are ${labels.length} labels for ${count} rows`);
  const { indices, counts } = classesInOrder(labels);
  if (Math.min(...counts) < 2) throw fail('a class has only one row, but needs two or more');
  if (Math.min(trained, tested) < counts.length)
    throw fail(`there are ${counts.length} classes, but a part has only ${Math.min(trained, tested)} rows`);
  const random = hostRandom(seed, 0);
  const forTrain = shares(counts, trained, random.below);
  const forTest = shares(
    counts.map((size, i) => size - forTrain[i]),
    tested,
    random.below,
  );
  const [train, test]: number[][] = [[], []];
  for (const label of counts.keys()) {
    const rows: number[] = [];
    for (const [row, one] of indices.entries()) if (one === label) rows.push(row);
    const order = shuffled(Uint32Array.from(rows), random);
    for (const row of order.subarray(0, forTrain[label])) train.push(row);
    for (const row of order.subarray(forTrain[label], forTrain[label] + forTest[label])) test.push(row);
  }
  return [shuffled(Uint32Array.from(train), random), shuffled(Uint32Array.from(test), random)];
}

/** Distributes a number of rows over classes by their sizes; rounding favours large remainders, and ties are random. */
function shares(counts: readonly number[], total: number, below: (bound: number) => number): readonly number[] {
  const all = counts.reduce((sum, size) => sum + size, 0);
  const exact = counts.map((size) => (size / all) * total);
  const drawn = exact.map(Math.floor);
  const rest = exact.map((share, i) => ({ i, remainder: share - drawn[i], tie: below(2 ** 32) }));
  rest.sort((a, b) => b.remainder - a.remainder || a.tie - b.tie);
  let left = total - drawn.reduce((sum, size) => sum + size, 0);
  for (const { i } of rest) {
    if (left-- <= 0) break;
    drawn[i]++;
  }
  return drawn;
}
