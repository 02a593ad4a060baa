import type { Open } from '../lazy-stage.ts';
import type { Stage } from '../stage.ts';

/** Elements of a complete iteration, once there was one. */
export interface CachedElements<T> {
  elements?: readonly T[];
}

/** Returns the elements of the first complete iteration. */
export function cachedInMemory<T>(upstream: Stage<T>, cache: CachedElements<T>): Open<T> {
  return async function* open(signal) {
    if (cache.elements !== undefined) {
      yield* cache.elements;
      return;
    }
    const elements: T[] = [];
    for await (const element of upstream.open(signal)) {
      elements.push(element);
      yield element;
    }
    cache.elements ??= elements;
  };
}
