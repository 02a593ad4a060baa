import type { Cardinality } from '../cardinality.ts';
import type { Open } from '../lazy-stage.ts';
import type { Stage } from '../stage.ts';

/** Size of the windows, in elements. */
export interface WindowFacts {
  readonly size: number;
  readonly shift: number;
  readonly stride: number;
  readonly dropRemainder: boolean;
}

/** Returns the windows of a dataset, as stages of the elements of each window. */
export function windows<T>(
  upstream: Stage<T>,
  { size, shift, stride, dropRemainder }: WindowFacts,
  path: string,
): Open<Stage<T>> {
  const span = (size - 1) * stride + 1;
  return async function* open(signal) {
    // Elements from the first one of the next window on; `missing` counts elements before it that have yet to come.
    let held: T[] = [];
    let missing = 0;
    const windowOf = (): Stage<T> =>
      listStage(
        held.slice(0, span).filter((_, i) => i % stride === 0),
        path,
      );
    const advance = (): void => {
      missing = Math.max(0, shift - held.length);
      held = held.slice(shift);
    };
    for await (const element of upstream.open(signal)) {
      if (missing > 0) {
        missing--;
        continue;
      }
      held.push(element);
      if (held.length < span) continue;
      yield windowOf();
      advance();
    }
    while (!dropRemainder && held.length > 0) {
      yield windowOf();
      advance();
    }
  };
}

/** Returns a stage of the elements of a list. */
function listStage<T>(elements: readonly T[], path: string): Stage<T> {
  const cardinality: Cardinality = elements.length;
  return {
    path,
    cardinality,
    skipIterations() {},
    async *open() {
      yield* elements;
    },
  };
}
