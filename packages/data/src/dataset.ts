import {
  type KindsOf,
  ManabiError,
  optional,
  readArgument,
  readOptions,
  signal as signalKind,
  wrongArgument,
} from '@manabi/errors';
import { childController, throwIfAborted } from './abort.ts';
import { type BatchOptions, batchStage, unbatchStage } from './batch.ts';
import type { Cardinality } from './cardinality.ts';
import { concatenateStage, enumerateStage, repeatStage, skipStage, takeStage } from './counting.ts';
import { type ElementContext, filterStage, type MapOptions, mapStage, prefetchStage } from './map.ts';
import { type ShuffleOptions, shuffleStage } from './shuffle.ts';
import { checkCount, type Stage, stageKind } from './stage.ts';
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
 * const x = hostArray('float32', [5, 2], new Float32Array(10));
 * const batches = fromTensorSlices({ x }).shuffle(5, { seed: 1 }).batch(2);
 * // for await (const { x } of batches) …
 * (await batches.toArray()).map(({ x }) => x.shape[0]); // => [2, 2, 1]
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
   * await fromGenerator(() => [1, 2, 3]).map(async (x) => 10 * x, { parallel: 2 }).toArray(); // => [10, 20, 30]
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
   * await fromGenerator(() => [1, 2, 3]).filter((x) => x !== 2).toArray(); // => [1, 3]
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
   * await fromGenerator(() => [1, 2, 3, 4]).shuffle(4, { seed: 1 }).toArray();
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
   * const [batch] = await fromGenerator(() => [{ x: 1 }, { x: 2 }]).batch(2).toArray();
   * batch.x.shape; // => [2]
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
   * const numbers = fromGenerator(() => [1, 2, 3]).batch(3);
   * (await numbers.unbatch().toArray()).length; // => 3
   * ```
   */
  unbatch(): Dataset<Unbatched<T>> {
    return new Dataset(unbatchStage(this.#stage));
  }

  /**
   * Produces up to `count` elements before they are requested.
   *
   * @example
   * ```ts
   * await fromGenerator(() => [1, 2, 3]).prefetch(2).toArray(); // => [1, 2, 3]
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
   * await fromGenerator(() => [1, 2]).repeat(2).toArray(); // => [1, 2, 1, 2]
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
   * const signal = AbortSignal.timeout(1000);
   * const iteration = fromGenerator(() => [1, 2]).iterate({ signal }); // for await (const x of iteration) …
   * (await iteration.next()).value; // => 1
   * ```
   */
  iterate(options: IterationOptions = {}): AsyncGenerator<T, void, undefined> {
    const { signal } = readOptions('iterate', options, kinds);
    return this.#elements(signal);
  }

  async *#elements(signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
    const scope = childController(signal);
    try {
      for await (const element of this.#stage.open(scope.signal)) {
        throwIfAborted(scope.signal);
        yield element;
        throwIfAborted(scope.signal);
      }
    } finally {
      scope.abort();
      scope.unlink();
    }
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
