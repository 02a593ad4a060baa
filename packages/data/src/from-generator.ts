import { describeGiven, ManabiError } from '@manabi/ir';
import { abortable, throwIfAborted } from './abort.ts';
import type { Cardinality } from './cardinality.ts';
import { failedElement, type Stage } from './stage.ts';

/** Where elements come from: called anew for each iteration. */
export type ElementSource<T> = (context: {
  readonly signal: AbortSignal;
}) => Iterable<T> | AsyncIterable<T> | PromiseLike<Iterable<T> | AsyncIterable<T>>;

/** The elements that a function gives, whatever kind of iterable they come in. */
export function generatorStage<T>(source: ElementSource<T>, cardinality: Cardinality): Stage<T> {
  const path = 'fromGenerator';
  return {
    path,
    cardinality,
    skipIterations() {},
    async *open(signal) {
      let index = 0;
      let iterator: Iterator<T> | AsyncIterator<T> | undefined;
      let isWaiting = true;
      let isFinished = false;
      try {
        iterator = iteratorOf(await abortable(source({ signal }), signal));
        for (; ; index++) {
          throwIfAborted(signal);
          isWaiting = true;
          const result = await abortable(iterator.next(), signal);
          isWaiting = false;
          if (result.done) {
            isFinished = true;
            return;
          }
          yield result.value;
        }
      } catch (cause) {
        // An iterator that threw has ended; one that is still at work was only left.
        isFinished = !signal.aborted;
        throw failedElement(path, index, cause, signal);
      } finally {
        const closing = isFinished ? undefined : Promise.resolve(iterator?.return?.());
        if (isWaiting) closing?.catch(() => undefined);
        else await closing;
      }
    },
  };
}

function iteratorOf<T>(elements: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  // Plain JavaScript may return whatever it likes.
  const given: unknown = elements;
  if (typeof given === 'object' && given !== null) {
    if (Symbol.asyncIterator in elements) return elements[Symbol.asyncIterator]();
    if (Symbol.iterator in elements) return elements[Symbol.iterator]();
  }
  throw new ManabiError(
    'argument',
    `The function must give an iterable, as an array, a generator or a stream, but gave ${describeGiven(given)}.`,
    { op: 'fromGenerator', data: { given: describeGiven(given) } },
  );
}
