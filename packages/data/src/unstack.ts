import { checkHostArray, type HostArray, sizeOf } from '@manabi/ir';
import { checkDepth } from './depth.ts';
import { describeValue, isHostArray, isPlainObject, type Unbatched } from './structure.ts';

/** The elements of one batch; their arrays share the memory of the batch's arrays. */
export interface Unstacked<T> {
  readonly count: number;
  element(index: number): Unbatched<T>;
}

/**
 * Splits a batch into its elements.
 *
 * @throws Error if an array of the batch is a scalar, or the arrays have different numbers of rows
 */
export function unstack<T>(batch: T): Unstacked<T> {
  const counts = new Set<number>();
  const element = elementsOf(batch, counts, 0);
  const [count = 0] = counts;
  if (counts.size !== 1) {
    const found =
      counts.size === 0 ? 'contains no array with rows' : `has arrays with ${[...counts].join(' and ')} rows`;
    throw new Error(`the batch ${found}.`);
  }
  // `elementsOf` follows `Unbatched` case by case, which TypeScript cannot infer.
  return { count, element: (index) => element(index) as Unbatched<T> };
}

function elementsOf(part: unknown, counts: Set<number>, depth: number): (index: number) => unknown {
  checkDepth('unbatch', depth);
  if (isHostArray(part) && part.shape.length > 0) {
    checkHostArray('unbatch', part);
    const [count, ...shape] = part.shape;
    const size = sizeOf(shape);
    counts.add(count);
    return (index): HostArray => ({
      dtype: part.dtype,
      shape,
      data: part.data.subarray(index * size, (index + 1) * size),
    });
  }
  if (Array.isArray(part)) {
    if (part.length > 0 && part.every((item) => typeof item === 'string')) {
      counts.add(part.length);
      return (index) => part[index];
    }
    const items = part.map((item: unknown) => elementsOf(item, counts, depth + 1));
    return (index) => items.map((item) => item(index));
  }
  if (isPlainObject(part) && !isHostArray(part)) {
    const fields = Object.entries(part).map(([key, value]) => [key, elementsOf(value, counts, depth + 1)] as const);
    return (index) => Object.fromEntries(fields.map(([key, field]) => [key, field(index)]));
  }
  throw new Error(
    `a batch must consist of host arrays with at least one axis and arrays of strings; got ${describeValue(part)}.`,
  );
}
