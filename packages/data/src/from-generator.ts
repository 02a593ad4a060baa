import { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { abortable, throwIfAborted } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { closeIterator } from './close-iterator.ts';
import { pacer } from './pacer.ts';
import { elementError, failedElement, type Stage } from './stage.ts';

/** Function that returns the elements of a dataset; it is called once per iteration. */
export type ElementSource<T> = (context: {
  readonly signal: AbortSignal;
}) => Iterable<T> | AsyncIterable<T> | PromiseLike<Iterable<T> | AsyncIterable<T>>;

/** An iterator whose results are not trusted: JavaScript callers may return anything. */
interface UntrustedIterator {
  next(): unknown;
}

const PATH = 'fromGenerator';

/**
 * Largest number of iterations of one dataset that may wait for their first element. A larger number indicates a source
 * that iterates its own dataset.
 */
const MAX_WAITING = 1000;

/** Produces the elements of the iterable that a function returns. */
export function generatorStage<T>(source: ElementSource<T>, cardinality: Cardinality): Stage<T> {
  let waiting = 0;
  return {
    path: PATH,
    cardinality,
    skipIterations() {},
    async *open(signal) {
      const pace = pacer();
      let index = 0;
      let iterator: UntrustedIterator | undefined;
      // An iterator that threw or ended is not closed. One with a pending next() is closed, but not awaited.
      let state: 'atWork' | 'between' | 'ended' = 'atWork';
      if (waiting >= MAX_WAITING) throw elementError(PATH, 0, SELF_REFERENCE);
      waiting++;
      let isFirst = true;
      let hasFailed = false;
      const stopWaiting = (): void => {
        if (isFirst) waiting--;
        isFirst = false;
      };
      try {
        iterator = iteratorOf(await abortable(source({ signal }), signal));
        for (; ; index++) {
          throwIfAborted(signal);
          const pause = pace();
          if (pause !== undefined) await pause;
          state = 'atWork';
          const result = checkResult(index, await abortable(iterator.next(), signal));
          state = 'between';
          if (result.done) {
            state = 'ended';
            return;
          }
          stopWaiting();
          // The source declares the type of its elements. If a synchronous iterable yields a promise, its result is the
          // element.
          yield abortable(result.value as T, signal);
        }
      } catch (cause) {
        if (state === 'atWork' && !signal.aborted) state = 'ended';
        hasFailed = true;
        throw failedElement(PATH, index, cause, signal);
      } finally {
        stopWaiting();
        if (state !== 'ended' && iterator !== undefined) {
          const closing = closeIterator(iterator, { path: PATH, index, isAtWork: state === 'atWork' });
          // If the source failed already, report that error and not the one of closing.
          await (hasFailed ? closing.catch(() => undefined) : closing);
        }
      }
    },
  };
}

const SELF_REFERENCE = `${MAX_WAITING} iterations are waiting for their first element. The source must not iterate its own dataset.`;

function iteratorOf(elements: unknown): UntrustedIterator {
  if (typeof elements !== 'object' || elements === null) throw notIterable(elements);
  const iterable: { [Symbol.asyncIterator]?: unknown; [Symbol.iterator]?: unknown } = elements;
  const start = iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator];
  if (typeof start !== 'function') throw notIterable(elements);
  const iterator: unknown = start.call(elements);
  if (isIterator(iterator)) return iterator;
  throw new ManabiError(
    'argument',
    `The iterator of the source must be an object with a method next(); got ${describeGiven(iterator)}.`,
    { op: PATH, data: { given: describeGiven(iterator) } },
  );
}

function isIterator(value: unknown): value is UntrustedIterator {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
}

function notIterable(elements: unknown): ManabiError {
  const given = describeGiven(elements);
  return new ManabiError(
    'argument',
    `The source function must return an iterable, such as an array, a generator or a stream; got ${given}.`,
    { op: PATH, data: { given } },
  );
}

function checkResult(index: number, result: unknown): { readonly done?: unknown; readonly value?: unknown } {
  if (typeof result === 'object' && result !== null) return result;
  const given = describeGiven(result);
  throw elementError(PATH, index, `next() must return an object { value, done }; got ${given}.`, { data: { given } });
}
