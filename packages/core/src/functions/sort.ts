import { boolean, count, type KindsOf, optional, readArgument } from '@manabi/errors';
import { emit } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { asNumeric, type TensorLike } from './operand.ts';
import { reshape } from './shape.ts';

/** How a tensor is sorted. */
export interface SortOptions {
  /** Largest first; by default false. */
  readonly descending?: boolean;
}

const sortKinds = { descending: optional(boolean, false) } satisfies KindsOf<SortOptions>;

/**
 * The elements in order along an axis, by default the last; `null` sorts all of them. Equal elements keep their order;
 * NaN counts as largest.
 *
 * @throws ManabiError `axis`
 */
export function sort(x: TensorLike, axis: number | null = -1, options?: SortOptions): Tensor {
  return sorted('sort', x, axis, options)[0];
}

/** The places that elements of the sorted tensor come from: int32, for `takeAlongAxis`. */
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

/** Which elements `topK` picks. */
export interface TopKOptions {
  /** By default -1, the last. */
  readonly axis?: number;
  /** The largest, or the smallest; by default true. */
  readonly largest?: boolean;
}

const topKKinds = { axis: optional(axisKind, -1), largest: optional(boolean, true) } satisfies KindsOf<TopKOptions>;

/**
 * The k largest (or smallest) elements along an axis, in order, and their places as int32.
 *
 * @throws ManabiError `attribute` if there are fewer than k; `axis`
 * @example `const { values, indices } = topK(logits, 5);`
 */
export function topK(x: TensorLike, k: number, options?: TopKOptions): { values: Tensor; indices: Tensor } {
  const { axis, largest } = optionsOf('topK', options, topKKinds);
  readArgument('topK', 'k', k, count);
  const value = asNumeric('topK', x);
  const along = normalizeAxis('topK', axis, value.type.shape.length);
  const [values, indices] = emit('topK', [value], { k, axis: along, largest });
  return { values: new Tensor(values), indices: new Tensor(indices) };
}
