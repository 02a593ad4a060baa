import { type KindsOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { abortable, throwIfAborted } from './abort.ts';
import { checkCount, checkFunction, failedElement, pathAfter, type Stage } from './stage.ts';
import { workAhead } from './work-ahead.ts';

/** Second argument of the functions passed to `map` and `filter`. */
export interface ElementContext {
  /** Index of the element in the input of the stage, from 0 in each iteration. */
  readonly index: number;
  /**
   * Fires when the result of the call is no longer needed, because the iteration was stopped early or its signal fired.
   */
  readonly signal: AbortSignal;
}

/** Options of `map`. */
export interface MapOptions {
  /** Largest number of concurrent calls of the function; 1 by default. The elements keep their order. */
  readonly parallel?: number;
}

const kinds = { parallel: optional(positiveInteger, 1) } satisfies KindsOf<MapOptions>;

/** Returns a stage that passes each element of `upstream` to a function and produces its results. */
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

/** Returns a stage that keeps the elements of `upstream` for which a predicate returns true. */
export function filterStage<T>(
  upstream: Stage<T>,
  predicate: (element: T, context: ElementContext) => boolean | PromiseLike<boolean>,
): Stage<T> {
  checkFunction('filter', predicate, 'of an element that returns whether to keep it');
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

/** Returns a stage that produces up to `count` elements before they are requested. */
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
