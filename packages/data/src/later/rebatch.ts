import type { Open } from '../lazy-stage.ts';
import { MisfitError, stack } from '../stack.ts';
import { elementError, failedElement, type Stage } from '../stage.ts';
import type { Unbatched } from '../structure.ts';
import { unstack } from '../unstack.ts';

/** Splits batches into elements. */
export function unbatched<T>(upstream: Stage<T>, path: string): Open<Unbatched<T>> {
  return async function* open(signal) {
    let index = 0;
    for await (const batch of upstream.open(signal)) {
      let parts: ReturnType<typeof unstack<T>>;
      try {
        parts = unstack(batch);
      } catch (cause) {
        throw failedElement(path, index, cause, signal);
      }
      for (let i = 0; i < parts.count; i++) yield parts.element(i);
      index++;
    }
  };
}

/** Joins and splits batches to batches of `size` elements. */
export function rebatched<T>(
  upstream: Stage<T>,
  { size, dropRemainder }: { readonly size: number; readonly dropRemainder: boolean },
  path: string,
): Open<T> {
  const elements = unbatched(upstream, path);
  return async function* open(signal) {
    let held: Unbatched<T>[] = [];
    let done = 0;
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
    for await (const element of elements(signal)) {
      held.push(element);
      if (held.length < size) continue;
      yield stacked();
      done += held.length;
      held = [];
    }
    if (held.length > 0 && !dropRemainder) yield stacked();
  };
}
