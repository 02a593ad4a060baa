import type { Open } from '../lazy-stage.ts';
import { MisfitError, stack } from '../stack.ts';
import { elementError, failedElement, type Stage } from '../stage.ts';
import type { Unbatched } from '../structure.ts';
import { type Unstacked, unstack } from '../unstack.ts';

/** Splits batches into elements. */
export function unbatched<T>(upstream: Stage<T>, path: string): Open<Unbatched<T>> {
  return async function* open(signal) {
    let index = 0;
    for await (const batch of upstream.open(signal)) {
      const parts = partsOf(batch, path, index++, signal);
      for (let i = 0; i < parts.count; i++) yield parts.element(i);
    }
  };
}

/** Joins and splits batches to batches of `size` elements. Batches of this size are passed on without a copy if they can be. */
export function rebatched<T>(
  upstream: Stage<T>,
  { size, dropRemainder }: { readonly size: number; readonly dropRemainder: boolean },
  path: string,
): Open<T> {
  return async function* open(signal) {
    let held: Unbatched<T>[] = [];
    let done = 0;
    let index = 0;
    const stacked = (): T => {
      try {
        // Stacking elements of a batch returns the structure of the batch, which TypeScript cannot infer.
        return stack(held) as T;
      } catch (error) {
        if (!(error instanceof MisfitError)) throw error;
        const { position, problem, data } = error.misfit;
        throw elementError(path, done + position, problem, { data });
      }
    };
    for await (const batch of upstream.open(signal)) {
      const parts = partsOf(batch, path, index++, signal);
      if (held.length === 0 && parts.count === size) {
        yield batch;
        done += size;
        continue;
      }
      for (let i = 0; i < parts.count; i++) {
        held.push(parts.element(i));
        if (held.length < size) continue;
        yield stacked();
        done += held.length;
        held = [];
      }
    }
    if (held.length > 0 && !dropRemainder) yield stacked();
  };
}

function partsOf<T>(batch: T, path: string, index: number, signal: AbortSignal): Unstacked<T> {
  try {
    return unstack(batch);
  } catch (cause) {
    throw failedElement(path, index, cause, signal);
  }
}
