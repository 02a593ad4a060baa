import {
  boolean,
  count,
  integer,
  type KindsOf,
  ManabiError,
  nullable,
  optional,
  positiveInteger,
  readOptions,
} from '@manabi/errors';
import { dtypes, type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { arrayOf } from './columns.ts';
import { Dataset } from './dataset.ts';
import { anySeed, hostRandom } from './random.ts';
import { countKind } from './stage.ts';

/** Options of `timeseriesDatasetFromArray`, with the names and defaults of Keras. */
export interface TimeseriesOptions {
  /** Number of time steps in each window. */
  readonly sequenceLength: number;
  /** Number of time steps by which each window starts after the previous one (default 1). */
  readonly sequenceStride?: number;
  /** Distance between the time steps of a window (default 1). */
  readonly samplingRate?: number;
  /** Number of windows in a batch (default 128); null for single windows. */
  readonly batchSize?: number | null;
  /** Whether to shuffle the windows (default false), anew in each iteration. */
  readonly shuffle?: boolean;
  /** Seed of the order: any integer; random by default. The order differs from that of Keras. */
  readonly seed?: number;
  /** First time step to use (default 0). */
  readonly startIndex?: number;
  /** Time step before which to end (default: the number of time steps). */
  readonly endIndex?: number;
}

const kinds = {
  sequenceLength: positiveInteger,
  sequenceStride: optional(positiveInteger, 1),
  samplingRate: optional(positiveInteger, 1),
  batchSize: optional(nullable(positiveInteger), 128),
  shuffle: optional(boolean, false),
  seed: optional(integer()),
  startIndex: optional(count, 0),
  endIndex: optional(countKind(1)),
} satisfies KindsOf<TimeseriesOptions>;

/** Time steps: a host array, or an array of numbers for each time step. */
export type TimeSteps = HostArray | Float32Array | readonly number[] | readonly (readonly number[])[];

/**
 * Creates a dataset of sliding windows over a time series, as Keras's function does. The target of a window is the element of
 * `targets` at the position where the window *starts*, so pass shifted targets: to predict the step after a window of 10
 * steps, `targets` must start with the element for step 10. Windows that start beyond the last target are dropped, as in Keras.
 *
 * @param data time steps along the first axis
 * @param targets one target for each window; null for windows alone
 * @returns batches of windows `[batch, sequenceLength, ...]`, or of `[windows, targets]`
 * @throws ManabiError `argument` for a stride, rate or index that is not less than the number of time steps,
 * and for windows that are longer than the data, for which Keras returns no windows
 * @example
 * ```ts
 * import { timeseriesDatasetFromArray } from '@manabi/data';
 *
 * const prices = [1, 2, 3, 4, 5];
 * const batches = timeseriesDatasetFromArray(prices, prices.slice(2), { sequenceLength: 2 });
 * const [[windows, next]] = await batches.toArray();
 * console.log([...windows.data]); // [1, 2, 2, 3, 3, 4]
 * console.log([...next.data]); // [3, 4, 5]
 * ```
 */
export function timeseriesDatasetFromArray(
  data: TimeSteps,
  targets: TimeSteps,
  options: TimeseriesOptions,
): Dataset<[windows: HostArray, targets: HostArray]>;
export function timeseriesDatasetFromArray(
  data: TimeSteps,
  targets: null,
  options: TimeseriesOptions,
): Dataset<HostArray>;
export function timeseriesDatasetFromArray(
  data: TimeSteps,
  targets: TimeSteps | null,
  options: TimeseriesOptions,
): Dataset<HostArray> | Dataset<[windows: HostArray, targets: HostArray]> {
  const op = 'timeseriesDatasetFromArray';
  const known = readOptions(op, options, kinds);
  const steps = arrayOf(op, 'data', data);
  const [total] = steps.shape;
  const { sequenceLength, sequenceStride, samplingRate, startIndex, endIndex = total } = known;
  for (const name of ['samplingRate', 'sequenceStride', 'startIndex'] as const)
    if (known[name] >= total) throw outOfRange(op, name, known[name], `less than the ${total} time steps`);
  // Keras also rejects the number of time steps itself, which is its default.
  if (endIndex > total) throw outOfRange(op, 'endIndex', endIndex, `at most the ${total} time steps`);
  if (endIndex <= startIndex) throw outOfRange(op, 'endIndex', endIndex, `more than \`startIndex\` = ${startIndex}`);
  const windows = endIndex - startIndex - (sequenceLength - 1) * samplingRate;
  if (windows < 1) {
    const length = (sequenceLength - 1) * samplingRate + 1;
    throw new ManabiError(
      'argument',
      `Windows must not be longer than the ${endIndex - startIndex} time steps; \`sequenceLength\` ${sequenceLength} at \`samplingRate\` ${samplingRate} spans ${length}. Shorten the windows, or pass more data.`,
      { op, data: { name: 'sequenceLength', given: sequenceLength, length, steps: endIndex - startIndex } },
    );
  }
  const span = Array.from({ length: sequenceLength }, (_, i) => i * samplingRate);
  const windowAt = (start: number) =>
    gather(
      steps,
      span.map((offset) => startIndex + start + offset),
    );
  if (targets === null) return batched(known, windows, windowAt);
  const goals = arrayOf(op, 'targets', targets);
  const targetCount = Math.min(goals.shape[0], endIndex) - startIndex;
  return batched(known, Math.min(windows, targetCount), (start): [HostArray, HostArray] => {
    const { dtype, shape, data } = gather(goals, [startIndex + start]);
    return [windowAt(start), hostArray(dtype, shape.slice(1), data)];
  });

  function batched<T>(
    { batchSize, shuffle, seed = anySeed() }: typeof known,
    count: number,
    elementAt: (start: number) => T,
  ): Dataset<T> {
    const starts = Math.max(0, Math.ceil(count / sequenceStride));
    let iterations = 0;
    const elements = new Dataset<T>({
      path: op,
      cardinality: starts,
      skipIterations(passes) {
        iterations += passes;
      },
      async *open() {
        const random = hostRandom(seed, iterations++);
        const order = Uint32Array.from({ length: starts }, (_, i) => i);
        for (let i = starts - 1; shuffle && i > 0; i--) {
          const j = random.below(i + 1);
          [order[i], order[j]] = [order[j], order[i]];
        }
        for (const i of order) yield elementAt(i * sequenceStride);
      },
    });
    if (batchSize === null) return elements;
    // A batch of host arrays and of tuples of them has the same type as its elements, which TypeScript cannot infer.
    return elements.batch(batchSize) as unknown as Dataset<T>;
  }
}

function gather({ dtype, shape, data }: HostArray, rows: readonly number[]): HostArray {
  const size = sizeOf(shape.slice(1));
  const gathered = dtypes[dtype].create(rows.length * size);
  for (const [i, row] of rows.entries()) gathered.set(data.subarray(row * size, (row + 1) * size), i * size);
  return hostArray(dtype, [rows.length, ...shape.slice(1)], gathered);
}

function outOfRange(op: string, name: string, given: number, bound: string): ManabiError {
  return new ManabiError('argument', `\`${name}\` must be ${bound}; got ${given}.`, { op, data: { name, given } });
}
