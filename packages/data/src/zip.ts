import { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { leastCardinality } from './cardinality.ts';
import { Dataset } from './dataset.ts';
import { checkDepth } from './depth.ts';
import type { Stage } from './stage.ts';

/** Type of the elements of `zip(datasets)`, where `D` is the type of `datasets`. */
export type Zipped<D> = D extends Dataset<infer T> ? T : { -readonly [K in keyof D]: Zipped<D[K]> };

/**
 * Type of the argument of `zip`: a dataset, or datasets in nested arrays, tuples and objects. `D` is the type to check.
 */
export type Zippable<D> = Dataset<unknown> | { readonly [K in keyof D]: Zippable<D[K]> };

/**
 * Combines datasets in nested arrays, tuples and objects. Element `i` of the result has the same structure, with
 * element `i` of each dataset in place of the dataset. The result ends with the shortest dataset.
 *
 * @throws ManabiError `argument` if a value in the structure is not a dataset, or the structure contains no dataset
 * @example
 * ```ts
 * import { fromGenerator, zip } from '@manabi/data';
 *
 * const zipped = zip({ x: fromGenerator(() => [1, 2]), y: fromGenerator(() => ['a', 'b', 'c']) });
 * console.log(await zipped.toArray()); // [{ x: 1, y: 'a' }, { x: 2, y: 'b' }]
 * ```
 */
export function zip<const D extends Zippable<D>>(datasets: D): Dataset<Zipped<D>> {
  const parts: Dataset<unknown>[] = [];
  const rebuild = collectDatasets(datasets, parts, 0);
  if (parts.length === 0)
    throw new ManabiError('argument', '`datasets` must contain at least one dataset.', { op: 'zip' });
  const stages = parts.map((part) => Dataset.stageOf(part));
  // `rebuild` keeps the structure of `datasets`, which TypeScript cannot infer.
  return new Dataset(zipStage(stages, (elements) => rebuild(elements) as Zipped<D>));
}

function collectDatasets(
  value: unknown,
  parts: Dataset<unknown>[],
  depth: number,
): (elements: readonly unknown[]) => unknown {
  checkDepth('zip', depth);
  if (value instanceof Dataset) {
    const index = parts.push(value) - 1;
    return (elements) => elements[index];
  }
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown) => collectDatasets(item, parts, depth + 1));
    return (elements) => items.map((item) => item(elements));
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, item]) => [key, collectDatasets(item, parts, depth + 1)] as const);
    return (elements) => Object.fromEntries(fields.map(([key, field]) => [key, field(elements)]));
  }
  const given = describeGiven(value);
  throw new ManabiError(
    'argument',
    `\`datasets\` must consist of datasets; got ${given}. Create one with fromTensorSlices(arrays).`,
    { op: 'zip', data: { value: given } },
  );
}

/**
 * Returns a stage that passes one element of each upstream stage to `combine`. It ends with the shortest upstream
 * stage.
 */
function zipStage<T>(upstreams: readonly Stage<unknown>[], combine: (elements: readonly unknown[]) => T): Stage<T> {
  return {
    path: 'zip',
    cardinality: leastCardinality(upstreams.map(({ cardinality }) => cardinality)),
    skipIterations(count) {
      for (const upstream of upstreams) upstream.skipIterations(count);
    },
    async *open(signal) {
      const iterators = upstreams.map((upstream) => upstream.open(signal));
      try {
        while (true) {
          const elements: unknown[] = [];
          for (const iterator of iterators) {
            const { done, value } = await iterator.next();
            if (done) return;
            elements.push(value);
          }
          yield combine(elements);
        }
      } finally {
        await Promise.all(iterators.map((iterator) => iterator.return()));
      }
    },
  };
}
