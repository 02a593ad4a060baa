import { childController, throwIfAborted } from './abort.ts';
import type { Stage } from './stage.ts';

/** The stages of all datasets. Code that only reads datasets uses them without the class, which pages need not download. */
const stages = /* @__PURE__ */ new WeakMap<object, Stage<unknown>>();

/** Records the stage that a dataset wraps. */
export function recordStage(dataset: object, stage: Stage<unknown>): void {
  stages.set(dataset, stage);
}

/**
 * Returns the stage that a dataset wraps; undefined for other values.
 *
 * @example
 * ```ts
 * import { range } from '@manabi/data';
 * import { stageOf } from '@manabi/data/internal';
 *
 * console.log(stageOf(range(3))?.cardinality); // 3
 * console.log(stageOf([1, 2])); // undefined
 * ```
 */
export function stageOf(value: unknown): Stage<unknown> | undefined {
  return typeof value === 'object' && value !== null ? stages.get(value) : undefined;
}

/**
 * Iterates over the elements of a stage until a signal fires; the stage is closed when the reader stops.
 *
 * @throws ManabiError `aborted` if the signal fires, and the errors of the stage
 * @example
 * ```ts
 * import { elementsOf, generatorStage } from '@manabi/data/internal';
 *
 * const elements = elementsOf(generatorStage(() => [1, 2], 2), undefined);
 * console.log((await elements.next()).value); // 1
 * ```
 */
export async function* elementsOf<T>(
  stage: Stage<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const scope = childController(signal);
  try {
    for await (const element of stage.open(scope.signal)) {
      throwIfAborted(scope.signal);
      yield element;
      throwIfAborted(scope.signal);
    }
  } finally {
    scope.abort();
    scope.unlink();
  }
}
