import { type KindsOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { abortable, throwIfAborted } from './abort.ts';
import { checkCount, checkFunction, failedElement, pathAfter, type Stage } from './stage.ts';
import { workAhead } from './work-ahead.ts';

/** What a function of `map` or `filter` is told beside the element. */
export interface ElementContext {
  /** Place of the element among those that the stage gets in this iteration, from 0. */
  readonly index: number;
  /** Fires when the result is not wanted any more: the reader stopped early, or its own signal fired. */
  readonly signal: AbortSignal;
}

/** Options of `map`. */
export interface MapOptions {
  /** How many calls may be under way at once; 1 if not given. The order of the elements is kept. */
  readonly parallel?: number;
}

const kinds = { parallel: optional(positiveInteger, 1) } satisfies KindsOf<MapOptions>;

/** Each element as `transform` gives it. */
export function mapStage<T, U>(
  upstream: Stage<T>,
  transform: (element: T, context: ElementContext) => U | PromiseLike<U>,
  options: MapOptions,
): Stage<U> {
  checkFunction('map', transform, 'of an element');
  const { parallel } = readOptions('map', options, kinds);
  const path = pathAfter(upstream, 'map');
  const call = async (element: T, index: number, signal: AbortSignal): Promise<U> => {
    try {
      return await abortable(transform(element, { index, signal }), signal);
    } catch (cause) {
      throw failedElement(path, index, cause, signal);
    }
  };
  return {
    path,
    cardinality: upstream.cardinality,
    skipIterations: (count) => upstream.skipIterations(count),
    async *open(signal) {
      if (parallel > 1) {
        yield* workAhead((inner) => upstream.open(inner), parallel, call, signal);
        return;
      }
      let index = 0;
      for await (const element of upstream.open(signal)) yield await call(element, index++, signal);
    },
  };
}

/** The elements that `predicate` keeps. */
export function filterStage<T>(
  upstream: Stage<T>,
  predicate: (element: T, context: ElementContext) => boolean | PromiseLike<boolean>,
): Stage<T> {
  checkFunction('filter', predicate, 'of an element, true for what stays');
  const path = pathAfter(upstream, 'filter');
  return {
    path,
    cardinality: upstream.cardinality === 0 ? 0 : 'unknown',
    skipIterations: (count) => upstream.skipIterations(count),
    async *open(signal) {
      let index = 0;
      for await (const element of upstream.open(signal)) {
        let isKept: boolean;
        try {
          throwIfAborted(signal);
          isKept = await abortable(predicate(element, { index, signal }), signal);
        } catch (cause) {
          throw failedElement(path, index, cause, signal);
        }
        index++;
        if (isKept) yield element;
      }
    },
  };
}

/** The same elements, up to `count` of them made before they are asked for. */
export function prefetchStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  checkCount('prefetch', 'count', count, 1);
  return {
    path: pathAfter(upstream, 'prefetch'),
    cardinality: upstream.cardinality,
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    open: (signal) =>
      workAhead(
        (inner) => upstream.open(inner),
        count,
        (element) => element,
        signal,
      ),
  };
}
