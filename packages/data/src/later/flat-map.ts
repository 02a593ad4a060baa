import { abortable, childController } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import { elementError, failedElement, type Stage } from '../stage.ts';
import { describeValue } from '../structure.ts';

/** A function from an element to the stage of the dataset that it returned; undefined for another value. */
export type ToStage<T, U> = (
  element: T,
  context: { readonly index: number; readonly signal: AbortSignal },
) => Promise<{ readonly stage: Stage<U> | undefined; readonly given: unknown }>;

/** Calls the function of `flatMap` or `interleave`, and names the element if it fails. */
async function stageOf<T, U>(
  call: ToStage<T, U>,
  element: T,
  index: number,
  path: string,
  signal: AbortSignal,
): Promise<Stage<U>> {
  let result: Awaited<ReturnType<ToStage<T, U>>>;
  try {
    result = await abortable(call(element, { index, signal }), signal);
  } catch (cause) {
    throw failedElement(path, index, cause, signal);
  }
  if (result.stage !== undefined) return result.stage;
  throw elementError(path, index, `The function must return a Dataset; got ${describeValue(result.given)}.`);
}

/** Returns the elements of the datasets that a function returns, one dataset after another. */
export function flatMapped<T, U>(upstream: Stage<T>, call: ToStage<T, U>, path: string): Open<U> {
  return async function* open(signal) {
    let index = 0;
    for await (const element of upstream.open(signal)) {
      const stage = await stageOf(call, element, index++, path, signal);
      yield* stage.open(signal);
    }
  };
}

/**
 * Returns the elements of the datasets that a function returns, in blocks from `cycleLength` datasets in turn. The order
 * is that of `tf.data`: a dataset that ends is replaced when its position in the cycle is reached again.
 */
export function interleaved<T, U>(
  upstream: Stage<T>,
  call: ToStage<T, U>,
  { cycleLength, blockLength }: { readonly cycleLength: number; readonly blockLength: number },
  path: string,
): Open<U> {
  return async function* open(signal) {
    const scope = childController(signal);
    const inputs = upstream.open(scope.signal);
    const cycle: (AsyncGenerator<U, void, undefined> | undefined)[] = [];
    let isInputAtEnd = false;
    let index = 0;
    let position = 0;
    try {
      while (true) {
        if (cycle[position] === undefined && !isInputAtEnd) {
          const { done, value } = await inputs.next();
          if (done) isInputAtEnd = true;
          else cycle[position] = (await stageOf(call, value, index++, path, signal)).open(scope.signal);
        }
        const current = cycle[position];
        for (let taken = 0; current !== undefined && taken < blockLength; taken++) {
          const { done, value } = await current.next();
          if (done) {
            cycle[position] = undefined;
            break;
          }
          yield value;
        }
        position++;
        // Positions that no dataset has reached stay empty after the end of the input.
        if (position >= (isInputAtEnd ? cycle.length : cycleLength)) position = 0;
        if (isInputAtEnd && cycle.every((one) => one === undefined)) return;
      }
    } finally {
      scope.abort();
      scope.unlink();
      await Promise.all([inputs, ...cycle].map((iterator) => iterator?.return()));
    }
  };
}
