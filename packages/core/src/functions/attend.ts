import { attentionCall } from '@manabi/ir/attention';
import { emitOne } from '../emit/emit.ts';
import { lazyOf, Tensor } from '../tensor.ts';
import { expandTo } from './broadcast.ts';
import { castTo, promote } from './operand.ts';
import { reshape, swapaxes } from './shape.ts';

/** Options of `attend` and `attendHeads`. */
export interface AttendOptions {
  /**
   * Mask that broadcasts to the scores: a bool mask is true for the keys that a query attends to, a float mask is added to the
   * scores. Default: null, for none.
   */
  readonly mask?: Tensor | null;
  /** Factor of the scores. */
  readonly scale: number;
  /** Whether query i attends to keys 0 to i only. Default: false. */
  readonly causal?: boolean;
}

/**
 * Computes `softmax(scale * query . key^T) . value` as one composite, for queries [batch..., queries, features], keys [batch...,
 * keys, features] and values [batch..., keys, width]. The batch axes of keys, values and mask broadcast to those of the queries.
 * A query that attends to no key gets the mean of all values. Shapes are not checked. All operands must be floats, except a bool
 * mask.
 *
 * @throws ManabiError `shape` if an operand does not broadcast; `dtype` if the dtypes do not promote to a common one
 * @example
 * ```ts
 * import { attend } from '@manabi/core/internal';
 * import { tensor } from 'manabi';
 *
 * const [query, key, value] = [tensor([[0, 0]]), tensor([[1, 0], [0, 1]]), tensor([[1], [3]])];
 * console.log(await attend(query, key, value, { scale: 1 }).array()); // [[2]]
 * ```
 */
export function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { mask = null, scale, causal = false }: AttendOptions,
): Tensor {
  const [q, k, v] = promote('attention', [query, key, value]);
  const batch = q.type.shape.slice(0, -2);
  const operands = [q, ...[k, v].map((each) => expandTo(each, [...batch, ...each.type.shape.slice(-2)]))];
  if (mask !== null) {
    const { dtype } = q.type;
    // A float32 mask of float16 queries keeps its precision.
    const isKept = mask.dtype === 'bool' || (mask.dtype === 'float32' && dtype === 'float16');
    operands.push(
      expandTo(isKept ? lazyOf(mask) : castTo(lazyOf(mask), dtype), [
        ...batch,
        query.shape[batch.length],
        key.shape[key.rank - 2],
      ]),
    );
  }
  const types = operands.map(({ type }) => type);
  return new Tensor(emitOne('call', operands, attentionCall(types, { scale, causal })));
}

/**
 * Computes attention with several heads: queries [batch..., queries, heads, features], keys [batch..., keys, key heads,
 * features] and values [batch..., keys, key heads, width] produce [batch..., queries, heads, width]. Groups of adjacent query
 * heads share a head of keys and values. The mask broadcasts to [batch..., heads, queries, keys]. See `attend`.
 *
 * @throws ManabiError `shape` if an operand does not broadcast; `dtype` if the dtypes do not promote to a common one
 * @example
 * ```ts
 * import { attendHeads } from '@manabi/core/internal';
 * import { ones } from 'manabi';
 *
 * const [query, key] = [ones([2, 5, 4, 8]), ones([2, 7, 2, 8])]; // 4 heads of queries, 2 of keys
 * console.log(attendHeads(query, key, key, { scale: 1 }).shape); // [2, 5, 4, 8]
 * ```
 */
export function attendHeads(query: Tensor, key: Tensor, value: Tensor, options: AttendOptions): Tensor {
  const [queries, heads] = query.shape.slice(-3);
  const keyHeads = key.shape[key.rank - 2];
  const [q, k, v] = [query, key, value].map((x) => swapaxes(x, -3, -2));
  if (heads === keyHeads) return swapaxes(attend(q, k, v, options), -3, -2);
  const batch = query.shape.slice(0, -3);
  const group = heads / keyHeads;
  const grouped = (x: Tensor, of: number): Tensor => reshape(x, [...batch, keyHeads, of, ...x.shape.slice(-2)]);
  const { mask = null } = options;
  const shown =
    mask === null ? null : new Tensor(expandTo(lazyOf(mask), [...batch, heads, queries, key.shape[key.rank - 3]]));
  const attended = attend(grouped(q, group), grouped(k, 1), grouped(v, 1), {
    ...options,
    mask: shown && grouped(shown, group),
  });
  return swapaxes(reshape(attended, [...batch, heads, queries, value.shape[value.rank - 1]]), -3, -2);
}
