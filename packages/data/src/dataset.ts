import {
  type KindsOf,
  ManabiError,
  optional,
  readArgument,
  readOptions,
  signal as signalKind,
  text,
  wrongArgument,
} from '@manabi/errors';
import { abortable, childController } from './abort.ts';
import { type BatchOptions, batchStage } from './batch.ts';
import type { Cardinality } from './cardinality.ts';
import { concatenateStage, enumerateStage, repeatStage, skipStage, takeStage } from './counting.ts';
import {
  type BucketOptions,
  bucketStage,
  cacheStage,
  flatMapStage,
  type InterleaveOptions,
  interleaveStage,
  type PaddedBatchOptions,
  paddedBatchStage,
  type RebatchOptions,
  rebatchStage,
  unbatchStage,
  type WindowOptions,
  type WorkerMapOptions,
  windowStage,
  workerMapStage,
} from './later-stages.ts';
import { type ElementContext, filterStage, type MapOptions, mapStage, prefetchStage } from './map.ts';
import { shardStage } from './shard.ts';
import { type ShuffleOptions, shuffleStage } from './shuffle.ts';
import { checkCount, checkFunction, failedElement, type Stage, stageKind } from './stage.ts';
import { elementsOf, recordStage } from './stage-of.ts';
import type { Batched, Unbatched } from './structure.ts';

/** Options of `iterate` and `toArray`. */
export interface IterationOptions {
  /** Signal that ends the iteration with a ManabiError `aborted`, even while the iteration waits for an element. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signalKind) } satisfies KindsOf<IterationOptions>;

/**
 * A sequence of elements that is produced lazily and can be iterated repeatedly. Every method returns a new dataset and
 * leaves the original unchanged; nothing runs before the iteration.
 *
 * If an element fails, the iteration ends with a `ManabiError` of code `data`: `data.stage` is the name of the stage
 * that failed, `data.index` is the index of the element in the input of that stage, and `cause` is the error thrown.
 * Stopping an iteration early, such as by `break`, closes the iterator of the source.
 * @example
 * ```ts
 * import { fromTensorSlices } from '@manabi/data';
 * import { hostArray } from 'manabi';
 *
 * const x = hostArray('float32', [5, 2], new Float32Array(10));
 * const batches = fromTensorSlices({ x }).shuffle(5, { seed: 1 }).batch(2);
 * // for await (const { x } of batches) …
 * console.log((await batches.toArray()).map(({ x }) => x.shape[0])); // [2, 2, 1]
 * ```
 */
export class Dataset<T> implements AsyncIterable<T> {
  readonly #stage: Stage<T>;

  /**
   * Wraps a stage, for internal use. Create datasets with `fromTensorSlices`, `fromGenerator`, `zip` or a method of
   * another dataset.
   */
  constructor(stage: Stage<T>) {
    this.#stage = readArgument('Dataset', 'stage', stage, stageKind<T>());
    recordStage(this, this.#stage);
  }

  /** Returns the stage that a dataset wraps, for functions such as `zip` that combine datasets. */
  static stageOf<T>(dataset: Dataset<T>): Stage<T> {
    return dataset.#stage;
  }

  /** Number of elements: a number, `Infinity`, or `'unknown'` if only an iteration could count them. */
  get cardinality(): Cardinality {
    return this.#stage.cardinality;
  }

  /**
   * Transforms each element by a function, which may be asynchronous.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const result = await fromGenerator(() => [1, 2, 3]).map(async (x) => 10 * x, { parallel: 2 }).toArray();
   * console.log(result); // [10, 20, 30]
   * ```
   */
  map<U>(transform: (element: T, context: ElementContext) => U | PromiseLike<U>, options: MapOptions = {}): Dataset<U> {
    return new Dataset(mapStage(this.#stage, transform, options));
  }

  /**
   * Keeps the elements for which a predicate returns true.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * console.log(await fromGenerator(() => [1, 2, 3]).filter((x) => x !== 2).toArray()); // [1, 3]
   * ```
   */
  filter(predicate: (element: T, context: ElementContext) => boolean | PromiseLike<boolean>): Dataset<T> {
    return new Dataset(filterStage(this.#stage, predicate));
  }

  /**
   * Shuffles the elements: each is drawn at random from a buffer that holds the next `bufferSize` elements. A buffer as
   * large as the dataset (or `Infinity`) shuffles it completely. Over `fromTensorSlices`, the buffer holds row indices
   * instead of rows.
   *
   * @throws ManabiError `argument` unless the size is a positive integer or `Infinity`
   * @example
   * ```ts
   * import { range } from '@manabi/data';
   *
   * const shuffled = range(6).shuffle(6, { seed: 1 });
   * console.log(await shuffled.toArray()); // [1, 0, 2, 5, 3, 4]
   * console.log(await shuffled.toArray()); // [3, 2, 4, 1, 0, 5]
   * ```
   */
  shuffle(bufferSize: number, options: ShuffleOptions = {}): Dataset<T> {
    return new Dataset(shuffleStage(this.#stage, bufferSize, options));
  }

  /**
   * Stacks every `size` consecutive elements into one batch of new arrays, along a new first axis. Elements may be host
   * arrays of equal shape and dtype, numbers (stacked to float32), booleans (to bool), strings (to an array of
   * strings), and objects, arrays and tuples of these, which keep their structure.
   *
   * @throws ManabiError (while iterating) `data` with `index`, `shapes` and `path` for an element whose structure,
   * shape or dtype differs from that of the first element of its batch
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const [batch] = await fromGenerator(() => [{ x: 1 }, { x: 2 }]).batch(2).toArray();
   * console.log(batch.x.shape); // [2]
   * ```
   */
  batch(size: number, options: BatchOptions = {}): Dataset<Batched<T>> {
    return new Dataset(batchStage(this.#stage, size, options));
  }

  /**
   * Splits each batch into its elements, the inverse of `batch`. Numbers become host arrays of rank 0.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const numbers = fromGenerator(() => [1, 2, 3]).batch(3);
   * console.log((await numbers.unbatch().toArray()).length); // 3
   * ```
   */
  unbatch(): Dataset<Unbatched<T>> {
    return new Dataset(unbatchStage(this.#stage));
  }

  /**
   * Joins and splits batches to batches of `size` elements, as `unbatch().batch(size)` does.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const threes = fromGenerator(() => [1, 2, 3, 4, 5, 6]).batch(3);
   * console.log((await threes.rebatch(2).toArray()).map(({ shape }) => shape[0])); // [2, 2, 2]
   * ```
   */
  rebatch(size: number, options: RebatchOptions = {}): Dataset<T> {
    return new Dataset(rebatchStage(this.#stage, size, options));
  }

  /**
   * Stacks every `size` consecutive elements into one batch, like `batch`, but pads their arrays to a common shape at the end
   * of each axis. The arrays in one position must have the same rank and dtype.
   *
   * @throws ManabiError (while iterating) `data` for an array that is longer than its padded shape, or has another rank
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const sentences = fromGenerator(() => [Int32Array.of(5, 6), Int32Array.of(7)]);
   * const [batch] = await sentences.paddedBatch(2, { paddingValues: -1 }).toArray();
   * console.log([...batch.data]); // [5, 6, 7, -1]
   * ```
   */
  paddedBatch(size: number, options: PaddedBatchOptions = {}): Dataset<Batched<T>> {
    return new Dataset(paddedBatchStage(this.#stage, size, options));
  }

  /**
   * Collects elements of similar length in padded batches, which need little padding. A batch is complete when its bucket has
   * as many elements as its batch size; the remaining elements follow at the end, unless `dropRemainder` is set.
   *
   * @param lengthOf returns the length of an element
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const sentences = fromGenerator(() => [[1], [1, 2, 3], [4], [5, 6, 7]].map((words) => Int32Array.from(words)));
   * const batches = sentences.bucketBySequenceLength((words) => words.length, {
   *   bucketBoundaries: [2],
   *   bucketBatchSizes: [2, 2],
   * });
   * console.log((await batches.toArray()).map(({ shape }) => shape)); // [[2, 1], [2, 3]]
   * ```
   */
  bucketBySequenceLength(
    lengthOf: (element: T) => number | PromiseLike<number>,
    options: BucketOptions,
  ): Dataset<Batched<T>> {
    return new Dataset(bucketStage(this.#stage, lengthOf, options));
  }

  /**
   * Produces windows: datasets of `size` consecutive elements, each `shift` elements after the previous one. Collect a window
   * with `flatMap((window) => window.batch(size))`.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const windows = fromGenerator(() => [1, 2, 3, 4]).window(3, { shift: 1, dropRemainder: true });
   * const result = await Promise.all((await windows.toArray()).map((window) => window.toArray()));
   * console.log(result); // [[1, 2, 3], [2, 3, 4]]
   * ```
   */
  window(size: number, options: WindowOptions = {}): Dataset<Dataset<T>> {
    return new Dataset(windowStage(this.#stage, size, options, (stage) => new Dataset(stage)));
  }

  /**
   * Passes each element to a function that returns a dataset, and produces the elements of these datasets one after another.
   *
   * @throws ManabiError (while iterating) `data` unless the function returns a dataset
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const files = fromGenerator(() => ['ab', 'c']);
   * console.log(await files.flatMap((file) => fromGenerator(() => [...file])).toArray()); // ['a', 'b', 'c']
   * ```
   */
  flatMap<U>(transform: (element: T, context: ElementContext) => Dataset<U> | PromiseLike<Dataset<U>>): Dataset<U> {
    checkFunction('flatMap', transform, 'of an element that returns a Dataset');
    return new Dataset(
      flatMapStage(this.#stage, async (element, context) => stageIn(await transform(element, context))),
    );
  }

  /**
   * Passes each element to a function that returns a dataset, and produces blocks of elements from `cycleLength` of these
   * datasets in turn.
   *
   * @throws ManabiError (while iterating) `data` unless the function returns a dataset
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const files = fromGenerator(() => ['abc', 'xyz']);
   * const letters = files.interleave((file) => fromGenerator(() => [...file]), { cycleLength: 2 });
   * console.log(await letters.toArray()); // ['a', 'x', 'b', 'y', 'c', 'z']
   * ```
   */
  interleave<U>(
    transform: (element: T, context: ElementContext) => Dataset<U> | PromiseLike<Dataset<U>>,
    options: InterleaveOptions,
  ): Dataset<U> {
    checkFunction('interleave', transform, 'of an element that returns a Dataset');
    const call = async (element: T, context: ElementContext) => stageIn(await transform(element, context));
    return new Dataset(interleaveStage(this.#stage, call, options));
  }

  /**
   * Keeps the elements of the first complete iteration: in memory, or in a file, from which later programs read them too. The
   * file must be deleted when the functions or the data of the dataset change. Cache before `shuffle`, because cached elements
   * keep their order.
   *
   * @param path path of the file (default: memory)
   * @throws ManabiError (while iterating) `data` for the file of a dataset with other stages, or another number of elements
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * let calls = 0;
   * const cached = fromGenerator(() => [1, 2]).map((x) => x + calls++).cache();
   * await cached.toArray();
   * await cached.toArray();
   * console.log(calls); // 2
   * ```
   */
  cache(path?: string): Dataset<T> {
    return new Dataset(
      cacheStage(this.#stage, path === undefined ? undefined : readArgument('cache', 'path', path, text)),
    );
  }

  /**
   * Keeps every `count`-th element, starting with that of index `index`, for example to divide a dataset among machines.
   *
   * @throws ManabiError `argument` unless `index` is less than `count`
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * console.log(await fromGenerator(() => [0, 1, 2, 3, 4]).shard(2, 1).toArray()); // [1, 3]
   * ```
   */
  shard(count: number, index: number): Dataset<T> {
    return new Dataset(shardStage(this.#stage, count, index));
  }

  /**
   * Transforms each element by a function that runs on worker threads, for work such as decoding. The module of the function
   * is imported on each thread; elements and results are copied between threads, so they consist of arrays, numbers, strings
   * and other plain values. The results keep the order of elements.
   *
   * @param module absolute URL of the module, such as `new URL('./augment.js', import.meta.url)`
   * @param name name under which the module exports the function `(element, { index }) => result`
   * @throws ManabiError (while iterating) `data` with the index of the element for which the function failed
   * @example
   * ```ts node-only
   * import { fromGenerator } from '@manabi/data';
   *
   * const module = 'data:text/javascript,export const double = (x) => 2 * x';
   * const result = await fromGenerator(() => [1, 2]).mapOnWorkers<number>(module, 'double', { workers: 1 }).toArray();
   * console.log(result); // [2, 4]
   * ```
   */
  mapOnWorkers<U>(module: string | URL, name: string, options: WorkerMapOptions = {}): Dataset<U> {
    return new Dataset(workerMapStage<T, U>(this.#stage, module, name, options));
  }

  /**
   * Produces up to `count` elements before they are requested.
   *
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * console.log(await fromGenerator(() => [1, 2, 3]).prefetch(2).toArray()); // [1, 2, 3]
   * ```
   */
  prefetch(count: number): Dataset<T> {
    return new Dataset(prefetchStage(this.#stage, count));
  }

  /**
   * Repeats the dataset `count` times; infinitely by default. An earlier `shuffle` stage uses a new order in each
   * repetition.
   *
   * @throws ManabiError (while iterating) `data` if an empty dataset is repeated infinitely
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * console.log(await fromGenerator(() => [1, 2]).repeat(2).toArray()); // [1, 2, 1, 2]
   * ```
   */
  repeat(count = Infinity): Dataset<T> {
    return new Dataset(repeatStage(this.#stage, count));
  }

  /** Keeps the first `count` elements, or all elements if there are fewer. */
  take(count: number): Dataset<T> {
    return new Dataset(takeStage(this.#stage, count));
  }

  /** Skips the first `count` elements. */
  skip(count: number): Dataset<T> {
    return new Dataset(skipStage(this.#stage, count));
  }

  /** Appends the elements of another dataset. */
  concatenate<U>(other: Dataset<U>): Dataset<T | U> {
    if (!(other instanceof Dataset)) throw wrongArgument({ op: 'concatenate', name: 'other' }, 'a Dataset', other);
    return new Dataset(concatenateStage<T, U>(this.#stage, other.#stage));
  }

  /** Pairs each element with its index: `[start, first]`, `[start + 1, second]`, … */
  enumerate(start = 0): Dataset<[number, T]> {
    return new Dataset(enumerateStage(this.#stage, start));
  }

  /**
   * Starts an iteration that a signal can stop; `for await (const element of dataset)` iterates without a signal.
   *
   * @throws ManabiError (while iterating) `aborted` when the signal fires; its reason is the cause
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * const signal = AbortSignal.timeout(1000);
   * const iteration = fromGenerator(() => [1, 2]).iterate({ signal }); // for await (const x of iteration) …
   * console.log((await iteration.next()).value); // 1
   * ```
   */
  iterate(options: IterationOptions = {}): AsyncGenerator<T, void, undefined> {
    const { signal } = readOptions('iterate', options, kinds);
    return elementsOf(this.#stage, signal);
  }

  /**
   * Advances each `shuffle` that has a seed as if the dataset had been iterated `count` times, for resuming training.
   * This affects all datasets that share such a stage with this dataset.
   *
   * @throws ManabiError `argument` unless `count` is a nonnegative integer
   */
  skipIterations(count: number): void {
    checkCount('skipIterations', 'count', count, 0);
    this.#stage.skipIterations(count);
  }

  /** Returns the stages and the number of elements: `Dataset fromTensorSlices → batch (1875 elements)`. */
  toString(): string {
    const { cardinality } = this;
    const length = typeof cardinality === 'number' ? `${cardinality} elements` : 'of unknown length';
    return `Dataset ${this.#stage.path} (${cardinality === Infinity ? 'infinite' : length})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.iterate();
  }

  /**
   * Combines all elements to one value: the result for the elements so far is passed with the next element to a function, which
   * may be asynchronous.
   *
   * @throws ManabiError `data` with the index of the element for which the function failed; all errors of `iterate`
   * @example
   * ```ts
   * import { fromGenerator } from '@manabi/data';
   *
   * console.log(await fromGenerator(() => [1, 2, 3]).reduce(10, (sum, x) => sum + x)); // 16
   * ```
   */
  async reduce<U>(
    initial: U,
    combine: (result: U, element: T) => U | PromiseLike<U>,
    options: IterationOptions = {},
  ): Promise<U> {
    checkFunction('reduce', combine, 'of the result so far and an element');
    const { signal } = readOptions('reduce', options, kinds);
    const scope = childController(signal);
    let result = initial;
    let index = 0;
    try {
      for await (const element of this.iterate({ signal: scope.signal })) {
        try {
          result = await abortable(combine(result, element), scope.signal);
        } catch (cause) {
          throw failedElement(`${this.#stage.path} → reduce`, index, cause, scope.signal);
        }
        index++;
      }
    } finally {
      scope.unlink();
    }
    return result;
  }

  /**
   * Collects all elements in an array.
   *
   * @throws ManabiError `data` if the dataset is infinite; all errors of `iterate`
   */
  async toArray(options: IterationOptions = {}): Promise<T[]> {
    readOptions('toArray', options, kinds);
    if (this.cardinality === Infinity) {
      throw new ManabiError(
        'data',
        `Cannot collect an infinite dataset (${this.#stage.path}). Limit it first with take(n).`,
        {
          op: 'toArray',
          data: { pipeline: this.#stage.path },
        },
      );
    }
    const elements: T[] = [];
    for await (const element of this.iterate(options)) elements.push(element);
    return elements;
  }
}

/** Returns the stage of a dataset, for functions that should return one. */
function stageIn<U>(given: Dataset<U>): { readonly stage: Stage<U> | undefined; readonly given: unknown } {
  return { stage: given instanceof Dataset ? Dataset.stageOf(given) : undefined, given };
}
