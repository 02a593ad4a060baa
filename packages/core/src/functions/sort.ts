import { boolean, count, type KindsOf, optional, readArgument } from '@manabi/errors';
import { emit } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { asNumeric, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';

/** Options of `sort` and `argsort`. */
export interface SortOptions {
  /** Whether to sort from the largest to the smallest element. Default: false. */
  readonly descending?: boolean;
}

const sortKinds = { descending: optional(boolean, false) } satisfies KindsOf<SortOptions>;

/**
 * Sorts elements along an axis. NaN counts as the largest number.
 *
 * @param axis axis to sort, or null to sort all elements as one list. Default: -1
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { sort, tensor } from 'manabi';
 *
 * console.log(await sort(tensor([3, 1, 2])).array()); // [1, 2, 3]
 * ```
 */
export function sort(x: TensorLike, axis: number | null = -1, options?: SortOptions): Tensor {
  return sorted('sort', x, axis, options)[0];
}

/**
 * Returns the indices of the elements in sorted order along an axis, as int32. `takeAlongAxis` with these indices
 * returns the sorted tensor. The sort is stable, and NaN counts as the largest number.
 *
 * @param axis axis to sort, or null to sort all elements as one list. Default: -1
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { argsort, tensor } from 'manabi';
 *
 * console.log(await argsort(tensor([3, 1, 2])).array()); // [1, 2, 0]
 * ```
 */
export function argsort(x: TensorLike, axis: number | null = -1, options?: SortOptions): Tensor {
  return sorted('argsort', x, axis, options)[1];
}

function sorted(op: string, x: TensorLike, axis: number | null, options?: SortOptions): Tensor[] {
  const { descending } = optionsOf(op, options, sortKinds);
  const numeric = new Tensor(asNumeric(op, x));
  const value = axis === null ? reshape(numeric, [-1]) : numeric;
  const along = normalizeAxis(op, axis ?? 0, value.rank);
  return emit('topK', [lazyOf(value)], { k: value.shape[along], axis: along, largest: descending }).map(
    (result) => new Tensor(result),
  );
}

/** Options of `topK`. */
export interface TopKOptions {
  /** Axis to search. Default: -1, the last. */
  readonly axis?: number;
  /** Whether to return the k largest elements; otherwise, the k smallest. Default: true. */
  readonly largest?: boolean;
}

const topKKinds = { axis: optional(axisKind, -1), largest: optional(boolean, true) } satisfies KindsOf<TopKOptions>;

/**
 * Returns the k largest (or smallest) elements along an axis, the largest (or smallest) one first, and their indices on
 * the axis as int32.
 *
 * @throws ManabiError `attribute` if the axis is shorter than k; `axis` for an invalid axis
 * @example
 * ```ts
 * import { tensor, topK } from 'manabi';
 *
 * const { values, indices } = topK(tensor([3, 1, 2]), 2);
 * console.log(await values.array()); // [3, 2]
 * console.log(await indices.array()); // [0, 2]
 * ```
 */
export function topK(x: TensorLike, k: number, options?: TopKOptions): { values: Tensor; indices: Tensor } {
  const { axis, largest } = optionsOf('topK', options, topKKinds);
  readArgument('topK', 'k', k, count);
  const value = asNumeric('topK', x);
  const along = normalizeAxis('topK', axis, value.type.shape.length);
  const [values, indices] = emit('topK', [value], { k, axis: along, largest });
  return { values: new Tensor(values), indices: new Tensor(indices) };
}
