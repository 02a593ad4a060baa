import {
  anyOf,
  boolean,
  type KindsOf,
  kind,
  listOf,
  ManabiError,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  text,
  wrongArgument,
} from '@manabi/errors';
import { mapCardinality } from './cardinality.ts';
import type { ToStage } from './later/flat-map.ts';
import { lazyStage } from './lazy-stage.ts';
import { checkCount, checkFunction, type Stage } from './stage.ts';
import type { Batched, Unbatched } from './structure.ts';

/** Options of `window`. */
export interface WindowOptions {
  /** Number of elements by which each window starts after the previous one (default: the size of the windows). */
  readonly shift?: number;
  /** Distance between the elements of a window (default 1). */
  readonly stride?: number;
  /** Whether to drop the last windows if they have fewer elements; false by default. */
  readonly dropRemainder?: boolean;
}

/** Options of `interleave`. */
export interface InterleaveOptions {
  /** Number of datasets whose elements are interleaved. */
  readonly cycleLength: number;
  /** Number of consecutive elements from each dataset (default 1). */
  readonly blockLength?: number;
}

/** Options of `rebatch`. */
export interface RebatchOptions {
  /** Whether to drop the last batch if it is smaller than the others; false by default. */
  readonly dropRemainder?: boolean;
}

/** Lengths of an array after padding: null for the longest length in the batch. */
export type PaddedShape = readonly (number | null)[];

/** Options of `paddedBatch`. */
export interface PaddedBatchOptions extends RebatchOptions {
  /**
   * Lengths after padding of each array, in the structure of an element (default: the longest lengths in each batch).
   */
  readonly paddedShapes?: PaddedShape | object;
  /** Value of the padding: a number for all arrays, or numbers in the structure of an element (default 0). */
  readonly paddingValues?: number | boolean | object;
}

/** Options of `bucketBySequenceLength`. */
export interface BucketOptions extends PaddedBatchOptions {
  /** Lengths that separate the buckets, in ascending order: a bucket contains the lengths from one boundary to below the next. */
  readonly bucketBoundaries: readonly number[];
  /** Batch size of each bucket: one more than there are boundaries. */
  readonly bucketBatchSizes: readonly number[];
  /**
   * Whether to pad to the largest length of the bucket instead of the longest element of the batch (default false). Elements
   * must then be shorter than the last boundary.
   */
  readonly padToBucketBoundary?: boolean;
}

const padding = anyOf(
  kind('a number', (given): given is number => typeof given === 'number'),
  boolean,
  kind('an object or array', (given): given is object => typeof given === 'object' && given !== null),
);

const windowKinds = {
  shift: optional(positiveInteger),
  stride: optional(positiveInteger, 1),
  dropRemainder: optional(boolean, false),
} satisfies KindsOf<WindowOptions>;

const interleaveKinds = {
  cycleLength: positiveInteger,
  blockLength: optional(positiveInteger, 1),
} satisfies KindsOf<InterleaveOptions>;

const rebatchKinds = { dropRemainder: optional(boolean, false) } satisfies KindsOf<RebatchOptions>;

const paddedKinds = {
  ...rebatchKinds,
  paddedShapes: optional(
    kind('arrays of lengths', (given): given is object => typeof given === 'object' && given !== null),
  ),
  paddingValues: optional(padding),
} satisfies KindsOf<PaddedBatchOptions>;

const bucketKinds = {
  ...paddedKinds,
  bucketBoundaries: listOf(positiveInteger),
  bucketBatchSizes: listOf(positiveInteger),
  padToBucketBoundary: optional(boolean, false),
} satisfies KindsOf<BucketOptions>;

/** Returns a stage of windows of consecutive elements; `wrap` makes a dataset of the stage of a window. */
export function windowStage<T, D>(
  upstream: Stage<T>,
  size: number,
  options: WindowOptions,
  wrap: (stage: Stage<T>) => D,
): Stage<D> {
  checkCount('window', 'size', size, 1);
  const { shift = size, stride, dropRemainder } = readOptions('window', options, windowKinds);
  const span = (size - 1) * stride + 1;
  const cardinality = mapCardinality(upstream.cardinality, (total) =>
    dropRemainder ? Math.max(0, Math.floor((total - span) / shift) + 1) : Math.ceil(total / shift),
  );
  return lazyStage('window', [upstream], cardinality, async (path) => {
    const { windows } = await import('./later/window.ts');
    const open = windows(upstream, { size, shift, stride, dropRemainder }, path);
    return async function* wrapped(signal) {
      for await (const stage of open(signal)) yield wrap(stage);
    };
  });
}

/** Returns a stage of the elements of the datasets that a function returns. */
export function flatMapStage<T, U>(upstream: Stage<T>, call: ToStage<T, U>): Stage<U> {
  return lazyStage('flatMap', [upstream], upstream.cardinality === 0 ? 0 : 'unknown', async (path) =>
    (await import('./later/flat-map.ts')).flatMapped(upstream, call, path),
  );
}

/** Returns a stage of the elements of the datasets that a function returns, from several datasets in turn. */
export function interleaveStage<T, U>(upstream: Stage<T>, call: ToStage<T, U>, options: InterleaveOptions): Stage<U> {
  const facts = readOptions('interleave', options, interleaveKinds);
  return lazyStage('interleave', [upstream], upstream.cardinality === 0 ? 0 : 'unknown', async (path) =>
    (await import('./later/flat-map.ts')).interleaved(upstream, call, facts, path),
  );
}

/** Returns a stage that splits each batch into its elements. */
export function unbatchStage<T>(upstream: Stage<T>): Stage<Unbatched<T>> {
  return lazyStage('unbatch', [upstream], upstream.cardinality === 0 ? 0 : 'unknown', async (path) =>
    (await import('./later/rebatch.ts')).unbatched(upstream, path),
  );
}

/** Returns a stage that joins and splits batches to batches of `size` elements. */
export function rebatchStage<T>(upstream: Stage<T>, size: number, options: RebatchOptions): Stage<T> {
  checkCount('rebatch', 'size', size, 1);
  const { dropRemainder } = readOptions('rebatch', options, rebatchKinds);
  return lazyStage('rebatch', [upstream], upstream.cardinality === 0 ? 0 : 'unknown', async (path) =>
    (await import('./later/rebatch.ts')).rebatched(upstream, { size, dropRemainder }, path),
  );
}

/** Returns a stage of batches of elements whose arrays are padded to a common shape. */
export function paddedBatchStage<T>(upstream: Stage<T>, size: number, options: PaddedBatchOptions): Stage<Batched<T>> {
  checkCount('paddedBatch', 'size', size, 1);
  const known = readOptions('paddedBatch', options, paddedKinds);
  const count = known.dropRemainder ? Math.floor : Math.ceil;
  const cardinality = mapCardinality(upstream.cardinality, (total) => count(total / size));
  return lazyStage('paddedBatch', [upstream], cardinality, async (path) =>
    (await import('./later/padded-batch.ts')).paddedBatches(upstream, { size, ...known }, path),
  );
}

/** Returns a stage of batches of elements of similar length. */
export function bucketStage<T>(
  upstream: Stage<T>,
  lengthOf: (element: T) => number | PromiseLike<number>,
  options: BucketOptions,
): Stage<Batched<T>> {
  const op = 'bucketBySequenceLength';
  checkFunction(op, lengthOf, 'that returns the length of an element');
  const { bucketBoundaries, bucketBatchSizes, padToBucketBoundary, ...others } = readOptions(op, options, bucketKinds);
  if (bucketBatchSizes.length !== bucketBoundaries.length + 1) {
    throw new ManabiError(
      'argument',
      `\`bucketBatchSizes\` must have one number more than \`bucketBoundaries\`; got ${bucketBatchSizes.length} and ${bucketBoundaries.length}.`,
      { op, data: { name: 'bucketBatchSizes', bucketBatchSizes, bucketBoundaries } },
    );
  }
  if (bucketBoundaries.length === 0 || bucketBoundaries.some((boundary, i) => boundary <= bucketBoundaries[i - 1])) {
    throw new ManabiError(
      'argument',
      `\`bucketBoundaries\` must be ascending lengths; got [${bucketBoundaries.join(', ')}].`,
      { op, data: { name: 'bucketBoundaries', bucketBoundaries } },
    );
  }
  const facts = {
    ...others,
    lengthOf,
    boundaries: bucketBoundaries,
    batchSizes: bucketBatchSizes,
    padToBoundary: padToBucketBoundary,
  };
  return lazyStage(op, [upstream], upstream.cardinality === 0 ? 0 : 'unknown', async (path) =>
    (await import('./later/buckets.ts')).bucketed(upstream, facts, path),
  );
}

/** Options of `mapOnWorkers`. */
export interface WorkerMapOptions {
  /** Number of worker threads (default 2). */
  readonly workers?: number;
}

const workerKinds = { workers: optional(positiveInteger, 2) } satisfies KindsOf<WorkerMapOptions>;

/** Returns a stage that passes each element to a function of a module on worker threads. */
export function workerMapStage<T, U>(
  upstream: Stage<T>,
  module: string | URL,
  name: string,
  options: WorkerMapOptions,
): Stage<U> {
  const op = 'mapOnWorkers';
  if (!(module instanceof URL) && (typeof module !== 'string' || !URL.canParse(module))) {
    throw wrongArgument(
      { op, name: 'module' },
      "the absolute URL of a module, such as new URL('./augment.js', import.meta.url)",
      module,
    );
  }
  readArgument(op, 'name', name, text);
  const { workers } = readOptions(op, options, workerKinds);
  return lazyStage(op, [upstream], upstream.cardinality, async (path) =>
    (await import('./later/worker-map.ts')).mappedOnWorkers(upstream, { module: String(module), name, workers }, path),
  );
}

/** Returns a stage that keeps the elements of the first iteration, in memory or in a file. */
export function cacheStage<T>(upstream: Stage<T>, path: string | undefined): Stage<T> {
  const cache: { elements?: readonly T[] } = {};
  const stage = lazyStage<T>('cache', [upstream], upstream.cardinality, async () => {
    if (path !== undefined) return (await import('./later/cache-file.ts')).cachedInFile(upstream, path);
    return (await import('./later/cache.ts')).cachedInMemory(upstream, cache);
  });
  // Only the first iteration reads the input, so later ones do not change its random states.
  return { ...stage, skipIterations() {} };
}
