import { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { abortable, throwIfAborted } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { closeIterator } from './close-iterator.ts';
import { pacer } from './pacer.ts';
import { elementError, failedElement, type Stage } from './stage.ts';

/**
 * Function that is called once per iteration and returns an iterable of the elements of a dataset, or a promise of one.
 */
export type ElementSource<T> = (context: {
  readonly signal: AbortSignal;
}) => Iterable<T> | AsyncIterable<T> | PromiseLike<Iterable<T> | AsyncIterable<T>>;

/**
 * An iterator from a user's function. Its methods may be missing or return any value, since JavaScript callers have no
 * types.
 */
interface UntrustedIterator {
  next(): unknown;
}

const PATH = 'fromGenerator';

/**
 * Largest number of iterations of one dataset that may wait for their first element. A larger number indicates a source
 * that iterates its own dataset.
 */
const MAX_WAITING = 1000;

/**
 * Returns a stage that produces the elements of the iterable that `source` returns.
 *
 * @example
 * ```ts
 * import { generatorStage } from '@manabi/data/internal';
 *
 * console.log(generatorStage(() => [1, 2], 2).cardinality); // 2
 * ```
 */
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
      // An iterator that threw or ended is not closed. An iterator with a pending next() is closed, but its return() is
      // not awaited.
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
          // The type of the elements is the one that the source declares. If a synchronous iterable yields a promise,
          // the element is the result of the promise.
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
          // If the source has failed already, report its error instead of the error of closing it.
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
  throw elementError(PATH, index, `The iterator's next() must return an object { value, done }; got ${given}.`, {
    data: { given },
  });
}
