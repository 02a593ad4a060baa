import { boolean, type KindsOf, optional, readOptions } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { mapCardinality } from './cardinality.ts';
import type { Rows } from './rows.ts';
import { MisfitError, stack } from './stack.ts';
import { checkCount, elementError, pathAfter, type Stage } from './stage.ts';
import type { Batched } from './structure.ts';

/** Options of `batch`. */
export interface BatchOptions {
  /** Whether to drop the last batch if it is smaller than the others; false by default. */
  readonly dropRemainder?: boolean;
}

const kinds = { dropRemainder: optional(boolean, false) } satisfies KindsOf<BatchOptions>;

/**
 * Returns a stage that stacks every `size` consecutive elements into one batch.
 *
 * @throws ManabiError `argument` for an invalid size or option; while reading, `data` for elements of different shapes
 * @example
 * ```ts
 * import { batchStage, hostArrayStage } from '@manabi/data/internal';
 * import { hostArray } from 'manabi';
 *
 * const stage = batchStage(hostArrayStage([hostArray('float32', [4], new Float32Array(4))]), 2, {});
 * console.log(stage.cardinality); // 2
 * ```
 */
export function batchStage<T>(upstream: Stage<T>, size: number, options: BatchOptions): Stage<Batched<T>> {
  const { dropRemainder } = readOptions('batch', options, kinds);
  checkCount('batch', 'size', size, 1);
  const path = pathAfter(upstream, 'batch');
  const count = dropRemainder ? Math.floor : Math.ceil;
  const { rows } = upstream;
  return {
    path,
    cardinality: mapCardinality(upstream.cardinality, (total) => count(total / size)),
    skipIterations: (iterations) => upstream.skipIterations(iterations),
    open: (signal) =>
      rows === undefined
        ? batchElements(upstream, size, dropRemainder, path, signal)
        : batchRows(rows, size, dropRemainder, signal),
  };
}

/**
 * Yields batches of a dataset whose elements are rows of arrays, copying each row directly from its array into the
 * batch.
 */
async function* batchRows<T>(
  { table, order }: Rows<T>,
  size: number,
  dropRemainder: boolean,
  signal: AbortSignal,
): AsyncGenerator<Batched<T>, void, undefined> {
  let indices = new Uint32Array(Math.min(size, table.count));
  let length = 0;
  const next = order();
  for (let index = next(); index >= 0; index = next()) {
    if (length === indices.length) indices = doubled(indices);
    indices[length++] = index;
    if (length < size) continue;
    throwIfAborted(signal);
    yield table.gather(indices, length);
    length = 0;
  }
  throwIfAborted(signal);
  if (length > 0 && !dropRemainder) yield table.gather(indices, length);
}

/**
 * Returns a copy of the row indices with space for twice as many. A batch of a repeated dataset can have more rows than
 * the arrays of the dataset.
 */
function doubled(indices: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * indices.length);
  larger.set(indices);
  return larger;
}

async function* batchElements<T>(
  upstream: Stage<T>,
  size: number,
  dropRemainder: boolean,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Batched<T>, void, undefined> {
  let elements: T[] = [];
  let done = 0;
  const stacked = (): Batched<T> => {
    try {
      return stack(elements);
    } catch (error) {
      if (!(error instanceof MisfitError)) throw error;
      const { position, problem, data } = error.misfit;
      throw elementError(path, done + position, problem, { data });
    }
  };
  for await (const element of upstream.open(signal)) {
    elements.push(element);
    if (elements.length < size) continue;
    yield stacked();
    done += elements.length;
    elements = [];
  }
  if (elements.length > 0 && !dropRemainder) yield stacked();
}
