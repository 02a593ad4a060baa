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

/** Options of an iteration. */
export interface IterationOptions {
  /** Ends the iteration with an error of code `aborted`, also while it waits for an element. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signalKind) } satisfies KindsOf<IterationOptions>;

/**
 * A sequence of elements that can be iterated again and again, and is made while it is iterated. Every method gives a new
 * data set and leaves this one as it is; nothing runs before the iteration.
 *
 * An element that fails ends the iteration with a `ManabiError` of code `data`: `data.index` is its place among the
 * elements that the failing stage got, `data.stage` that stage, `cause` what was thrown. Whoever stops early, by `break`
 * for instance, closes everything up to the source.
 *
 * @example
 * ```ts
 * const batches = fromTensorSlices({ x, y }).shuffle(1000, { seed: 1 }).batch(32).prefetch(2);
 * for await (const { x, y } of batches) await step(x, y);
 * ```
 */
export class Dataset<T> implements AsyncIterable<T> {
  readonly #stage: Stage<T>;

  /** Data sets are made by `fromTensorSlices`, `fromGenerator` and `zip`, and by the methods of others. */
  constructor(stage: Stage<T>) {
    this.#stage = readArgument('Dataset', 'stage', stage, stageKind<T>());
  }

  /** The stage that a data set wraps, for functions that build on several data sets. */
  static stageOf<T>(dataset: Dataset<T>): Stage<T> {
    return dataset.#stage;
  }

  /** Number of elements: known without iterating, `Infinity`, or `'unknown'`. */
  get cardinality(): Cardinality {
    return this.#stage.cardinality;
  }

  /**
   * Each element as `transform` gives it, at once or by a promise.
   *
   * @example `files.map(async (file, { signal }) => decode(await readBytes(file, { signal })), { parallel: 8 })`
   */
  map<U>(transform: (element: T, context: ElementContext) => U | PromiseLike<U>, options: MapOptions = {}): Dataset<U> {
    return new Dataset(mapStage(this.#stage, transform, options));
  }

  /**
   * The elements for which `predicate` is true.
   *
   * @example `reviews.filter(({ text }) => text.length > 0)`
   */
  filter(predicate: (element: T, context: ElementContext) => boolean | PromiseLike<boolean>): Dataset<T> {
    return new Dataset(filterStage(this.#stage, predicate));
  }

  /**
   * The elements in an order of chance: each is drawn from a buffer of the next `bufferSize` ones. A buffer as large as
   * the data set (or `Infinity`) shuffles it in full; over `fromTensorSlices` it holds row numbers, not rows.
   *
   * @throws ManabiError `argument` unless the size is a whole number of at least 1, or `Infinity`
   * @example `fromTensorSlices({ x, y }).shuffle(60000, { seed: 1 })`
   */
  shuffle(bufferSize: number, options: ShuffleOptions = {}): Dataset<T> {
    return new Dataset(shuffleStage(this.#stage, bufferSize, options));
  }

  /**
   * `size` elements at a time, stacked along a new first axis into fresh arrays: host arrays of equal shape and dtype,
   * numbers (float32), booleans; texts become an array of texts; objects, arrays and tuples keep their form.
   *
   * @throws ManabiError (while iterating) `data` with `index`, `shapes` and `path` for an element that differs
   * @example `fromTensorSlices({ x, y }).batch(32) // x: float32[32, 784], y: uint8[32]`
   */
  batch(size: number, options: BatchOptions = {}): Dataset<Batched<T>> {
    return new Dataset(batchStage(this.#stage, size, options));
  }

  /**
   * The elements of each batch, one by one: the counterpart of `batch`. Numbers come back as host arrays without axes.
   *
   * @example `batches.unbatch().shuffle(1000).batch(64)`
   */
  unbatch(): Dataset<Unbatched<T>> {
    return new Dataset(unbatchStage(this.#stage));
  }

  /**
   * The same elements, but up to `count` of them are made while the reader is busy with earlier ones.
   *
   * @example `images.map(decode, { parallel: 8 }).batch(32).prefetch(2)`
   */
  prefetch(count: number): Dataset<T> {
    return new Dataset(prefetchStage(this.#stage, count));
  }

  /**
   * The whole data set `count` times, without end if no count is given. A shuffle before it gives each pass its own order.
   *
   * @throws ManabiError (while iterating) `data` if there is no element to repeat without end
   */
  repeat(count = Infinity): Dataset<T> {
    return new Dataset(repeatStage(this.#stage, count));
  }

  /** The first `count` elements, or all if there are fewer. */
  take(count: number): Dataset<T> {
    return new Dataset(takeStage(this.#stage, count));
  }

  /** All elements but the first `count`. */
  skip(count: number): Dataset<T> {
    return new Dataset(skipStage(this.#stage, count));
  }

  /** The elements of this data set, then those of another one. */
  concatenate<U>(other: Dataset<U>): Dataset<T | U> {
    if (!(other instanceof Dataset)) throw wrongArgument({ op: 'concatenate', name: 'other' }, 'a Dataset', other);
    return new Dataset(concatenateStage<T, U>(this.#stage, other.#stage));
  }

  /** Each element with its number: `[start, first]`, `[start + 1, second]`, … */
  enumerate(start = 0): Dataset<[number, T]> {
    return new Dataset(enumerateStage(this.#stage, start));
  }

  /**
   * Starts an iteration that a signal can stop; `for await (const element of dataset)` is one without a signal.
   *
   * @throws ManabiError (while iterating) `aborted`, its cause the signal's reason
   * @example `for await (const batch of batches.iterate({ signal })) …`
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
   * Goes on as if the data set had been iterated so many times to the end: shuffles with a seed give the orders that
   * follow, in this data set and in all that share a stage with it. A training that is resumed asks for this.
   *
   * @throws ManabiError `argument` unless it is a whole number from 0
   */
  skipIterations(count: number): void {
    checkCount('skipIterations', 'count', count, 0);
    this.#stage.skipIterations(count);
  }

  /** The stages and the number of elements: `Dataset fromTensorSlices → batch (1875 elements)`. */
  toString(): string {
    const { cardinality } = this;
    const length = typeof cardinality === 'number' ? `${cardinality} elements` : 'of unknown length';
    return `Dataset ${this.#stage.path} (${cardinality === Infinity ? 'without end' : length})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.iterate();
  }

  /**
   * All elements in an array.
   *
   * @throws ManabiError `data` if the data set is infinite, and as `iterate`
   */
  async toArray(options: IterationOptions = {}): Promise<T[]> {
    readOptions('toArray', options, kinds);
    if (this.cardinality === Infinity) {
      throw new ManabiError(
        'data',
        `No array can hold an infinite data set (${this.#stage.path}): take(n) of it first.`,
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
