import { ManabiError } from '@manabi/ir';
import { mapCardinality, sumCardinality } from './cardinality.ts';
import type { RowOrder, Rows } from './rows.ts';
import { checkCount, pathAfter, rowStage, type Stage } from './stage.ts';

/** Returns a stage with the first `count` elements of `upstream`. */
export function takeStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  checkCount('take', 'count', count, 0, true);
  const path = pathAfter(upstream, 'take');
  const cardinality = count === 0 ? 0 : mapCardinality(upstream.cardinality, (total) => Math.min(total, count));
  const { rows } = upstream;
  if (rows !== undefined) {
    const order = () => firstOf(rows.order(), count);
    return rowStage(path, cardinality, { ...rows, order });
  }
  return {
    path,
    cardinality,
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    async *open(signal) {
      if (count === 0) return;
      let taken = 0;
      for await (const element of upstream.open(signal)) {
        yield element;
        taken++;
        if (taken === count) return;
      }
    },
  };
}

function firstOf(next: RowOrder, count: number): RowOrder {
  let taken = 0;
  return () => (taken++ < count ? next() : -1);
}

/**
 * Returns a stage with the elements of `upstream` after the first `count` ones.
 *
 * @example
 * ```ts
 * import { hostArrayStage, skipStage } from '@manabi/data/internal';
 * import { hostArray } from 'manabi';
 *
 * const stage = skipStage(hostArrayStage([hostArray('float32', [4], new Float32Array(4))]), 1);
 * console.log(stage.cardinality); // 3
 * ```
 */
export function skipStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  checkCount('skip', 'count', count, 0);
  const path = pathAfter(upstream, 'skip');
  const cardinality = mapCardinality(upstream.cardinality, (total) => Math.max(0, total - count));
  const { rows } = upstream;
  if (rows !== undefined) {
    const order = () => restOf(rows.order(), count);
    return rowStage(path, cardinality, { ...rows, order });
  }
  return {
    path,
    cardinality,
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    async *open(signal) {
      let skipped = 0;
      for await (const element of upstream.open(signal)) {
        if (skipped < count) skipped++;
        else yield element;
      }
    },
  };
}

function restOf(next: RowOrder, count: number): RowOrder {
  let skipped = 0;
  return () => {
    for (; skipped < count; skipped++) if (next() < 0) return -1;
    return next();
  };
}

/** Returns a stage that repeats the elements of `upstream` `count` times. */
export function repeatStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  checkCount('repeat', 'count', count, 0, true);
  const path = pathAfter(upstream, 'repeat');
  // `Infinity * 0` is NaN, but an empty dataset that is repeated infinitely has 0 elements.
  const cardinality =
    count === 0 ? 0 : mapCardinality(upstream.cardinality, (total) => (total === 0 ? 0 : total * count));
  const { rows } = upstream;
  // An infinite repetition ends only when its reader stops; the number of passes that it had begun is unknown.
  const passes = count === Infinity ? 1 : count;
  const skipIterations = (iterations: number): void => upstream.skipIterations(iterations * passes);
  if (rows !== undefined) {
    return rowStage(path, cardinality, { ...rows, order: () => repeated(rows, count, path), skipIterations });
  }
  return {
    path,
    cardinality,
    skipIterations,
    async *open(signal) {
      for (let pass = 0; pass < count; pass++) {
        let isEmpty = true;
        for await (const element of upstream.open(signal)) {
          isEmpty = false;
          yield element;
        }
        if (isEmpty) pass = endOfEmpty(count, path);
      }
    },
  };
}

function repeated(rows: Rows<unknown>, count: number, path: string): RowOrder {
  let pass = 0;
  let next: RowOrder | undefined;
  return () => {
    while (pass < count) {
      const isFirst = next === undefined;
      next ??= rows.order();
      const index = next();
      if (index >= 0) return index;
      next = undefined;
      pass = isFirst ? endOfEmpty(count, path) : pass + 1;
    }
    return -1;
  };
}

/**
 * Returns `count`, which ends the loop over the passes of an empty dataset. Throws if `count` is infinite, since the
 * loop would search for an element forever.
 */
function endOfEmpty(count: number, path: string): number {
  if (count !== Infinity) return count;
  throw new ManabiError(
    'data',
    `Cannot repeat an empty dataset infinitely (${path}). Check the source and filter(), or pass a count to repeat().`,
    {
      op: 'repeat',
      data: { stage: 'repeat', pipeline: path },
    },
  );
}

/** Returns a stage with the elements of `first`, followed by those of `second`. */
export function concatenateStage<T, U>(first: Stage<T>, second: Stage<U>): Stage<T | U> {
  return {
    path: pathAfter(first, 'concatenate'),
    cardinality: sumCardinality([first.cardinality, second.cardinality]),
    skipIterations(iterations) {
      first.skipIterations(iterations);
      second.skipIterations(iterations);
    },
    async *open(signal) {
      yield* first.open(signal);
      yield* second.open(signal);
    },
  };
}

/** Returns a stage that pairs each element of `upstream` with its index, counted from `start`. */
export function enumerateStage<T>(upstream: Stage<T>, start: number): Stage<[number, T]> {
  checkCount('enumerate', 'start', start, Number.MIN_SAFE_INTEGER);
  return {
    path: pathAfter(upstream, 'enumerate'),
    cardinality: upstream.cardinality,
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    async *open(signal) {
      let index = start;
      for await (const element of upstream.open(signal)) yield [index++, element];
    },
  };
}
