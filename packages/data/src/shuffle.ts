import { boolean, integer, type KindsOf, ManabiError, optional, readOptions } from '@manabi/errors';
import { anySeed, type HostRandom, hostRandom } from './random.ts';
import type { RowOrder } from './rows.ts';
import { checkCount, pathAfter, rowStage, type Stage } from './stage.ts';

/** Options of `shuffle`. */
export interface ShuffleOptions {
  /** Seed of the random order: any integer; random by default. The same seed produces the same orders. */
  readonly seed?: number;
  /**
   * Whether each iteration uses a new order; true by default. If false, all iterations use the order of the first one.
   */
  readonly reshuffleEachIteration?: boolean;
}

const kinds = {
  seed: optional(integer()),
  reshuffleEachIteration: optional(boolean, true),
} satisfies KindsOf<ShuffleOptions>;

/** Buffer of the next `size` elements, from which the shuffle draws the element to yield at random. */
class ShuffleBuffer<T> {
  readonly #waiting: T[] = [];
  readonly #size: number;
  readonly #random: HostRandom;

  constructor(size: number, random: HostRandom) {
    this.#size = size;
    this.#random = random;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#size;
  }

  add(element: T): void {
    this.#waiting.push(element);
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Removes a random element from the buffer, puts `element` in its position, and returns the removed element. */
  exchange(element: T): T {
    const index = this.#random.below(this.#waiting.length);
    const drawn = this.#waiting[index];
    this.#waiting[index] = element;
    return drawn;
  }

  /** Removes a random element from the buffer, which must not be empty, and returns the element. */
  draw(): T {
    const index = this.#random.below(this.#waiting.length);
    const drawn = this.#waiting[index];
    const last = this.#waiting.length - 1;
    this.#waiting[index] = this.#waiting[last];
    this.#waiting.length = last;
    return drawn;
  }
}

/**
 * Shuffles the elements of `upstream` with a buffer of `bufferSize` elements.
 *
 * @throws ManabiError `argument` for an invalid buffer size or option, and for an infinite buffer of an infinite dataset
 * @example
 * ```ts
 * import { hostArrayStage, shuffleStage } from '@manabi/data/internal';
 * import { hostArray } from 'manabi';
 *
 * const stage = shuffleStage(hostArrayStage([hostArray('float32', [4], new Float32Array(4))]), 4, { seed: 1 });
 * console.log(stage.cardinality); // 4
 * ```
 */
export function shuffleStage<T>(upstream: Stage<T>, bufferSize: number, options: ShuffleOptions): Stage<T> {
  const { seed = anySeed(), reshuffleEachIteration } = readOptions('shuffle', options, kinds);
  checkCount('shuffle', 'bufferSize', bufferSize, 1, true);
  if (bufferSize === Infinity && upstream.cardinality === Infinity) {
    throw new ManabiError(
      'argument',
      'Cannot shuffle an infinite dataset completely. Shuffle before repeat(), or pass a finite buffer size.',
      {
        op: 'shuffle',
        data: { bufferSize, pipeline: upstream.path },
      },
    );
  }
  let iterations = 0;
  const newRandom = () => hostRandom(seed, reshuffleEachIteration ? iterations++ : 0);
  const path = pathAfter(upstream, 'shuffle');
  const { cardinality, rows } = upstream;
  const skipIterations = (count: number): void => {
    iterations += count;
    upstream.skipIterations(count);
  };
  if (rows !== undefined) {
    const order = () => shuffledOrder(rows.order(), new ShuffleBuffer<number>(bufferSize, newRandom()));
    return rowStage(path, cardinality, { table: rows.table, order, skipIterations });
  }
  return {
    path,
    cardinality,
    skipIterations,
    async *open(signal) {
      const buffer = new ShuffleBuffer<T>(bufferSize, newRandom());
      for await (const element of upstream.open(signal)) {
        if (buffer.isFull) yield buffer.exchange(element);
        else buffer.add(element);
      }
      while (!buffer.isEmpty) yield buffer.draw();
    },
  };
}

function shuffledOrder(next: RowOrder, buffer: ShuffleBuffer<number>): RowOrder {
  let isEnded = false;
  return () => {
    while (!isEnded) {
      const index = next();
      if (index < 0) isEnded = true;
      else if (buffer.isFull) return buffer.exchange(index);
      else buffer.add(index);
    }
    return buffer.isEmpty ? -1 : buffer.draw();
  };
}
