import { describeGiven, ManabiError } from '@manabi/errors';
import { leastCardinality } from './cardinality.ts';
import { Dataset } from './dataset.ts';
import { checkDepth } from './depth.ts';
import type { Stage } from './stage.ts';

/** The element types of data sets, in the form in which these were given to `zip`. */
export type Zipped<D> = D extends Dataset<infer T> ? T : { -readonly [K in keyof D]: Zipped<D[K]> };

/** Data sets in arrays, tuples and objects of any depth; `D` is the type that is checked. */
export type Zippable<D> = Dataset<unknown> | { readonly [K in keyof D]: Zippable<D[K]> };

/**
 * Data sets side by side: an element has one element of each, in the form in which they were given. The shortest ends all.
 *
 * @throws ManabiError `argument` if something else than data sets is in it, or nothing
 * @example `zip({ image: images, label: labels }).batch(32)`
 */
export function zip<const D extends Zippable<D>>(datasets: D): Dataset<Zipped<D>> {
  const parts: Dataset<unknown>[] = [];
  const rebuild = collectDatasets(datasets, parts, 0);
  if (parts.length === 0) throw new ManabiError('argument', 'There is no data set to zip.', { op: 'zip' });
  const stages = parts.map((part) => Dataset.stageOf(part));
  // The form of `datasets` is kept, which TypeScript cannot follow.
  return new Dataset(zipStage(stages, (elements) => rebuild(elements) as Zipped<D>));
}

function collectDatasets(
  value: unknown,
  parts: Dataset<unknown>[],
  depth: number,
): (elements: readonly unknown[]) => unknown {
  checkDepth('zip', depth);
  if (value instanceof Dataset) {
    const place = parts.push(value) - 1;
    return (elements) => elements[place];
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
    `Only data sets can be zipped, but here is ${given}. Make one: fromTensorSlices(arrays).`,
    { op: 'zip', data: { value: given } },
  );
}

/** The elements of several data sets side by side, put together by `combine`; the shortest ends all. */
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
