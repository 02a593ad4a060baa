import { boolean, type KindsOf, nullable, number, optional } from '@manabi/errors';
import { equalShapes, formatShape, isFloat, ManabiError, type Shape } from '@manabi/ir';
import { MASKED_SCORE } from '@manabi/ir/attention';
import { Tensor } from '../tensor.ts';
import { optionsOf, tensorKind } from './argument-kinds.ts';
import { attendHeads } from './attend.ts';
import { broadcastShapes } from './broadcast.ts';
import { where } from './comparison.ts';
import { asBool, asFloat, castTo, promote, type TensorLike } from './operand.ts';

const op = 'dotProductAttention';

/** Options of `dotProductAttention`. */
export interface DotProductAttentionOptions {
  /** Numbers to add to the scores; must broadcast to [batch..., heads, queries, keys]. Default: null, for none. */
  readonly bias?: Tensor | null;
  /**
   * Mask of bool or integers, nonzero for the keys that a query attends to; must broadcast to [batch..., heads, queries,
   * keys]. Default: null, for all keys.
   */
  readonly mask?: Tensor | null;
  /** Factor of the scores. Default: null, for `1 / sqrt(features)`. */
  readonly scale?: number | null;
  /** Whether each query attends only to the keys at its own and earlier positions. Default: false. */
  readonly isCausal?: boolean;
}

const kinds = {
  bias: optional(nullable(tensorKind), null),
  mask: optional(nullable(tensorKind), null),
  scale: optional(nullable(number()), null),
  isCausal: optional(boolean, false),
} satisfies KindsOf<DotProductAttentionOptions>;

/**
 * Computes scaled dot-product attention with several heads, `softmax(scale * query . key^T + bias) . value` (Keras and JAX
 * `dot_product_attention`; PyTorch's `scaled_dot_product_attention` has the axis of heads before that of the steps). Queries
 * [batch..., queries, heads, features], keys [batch..., keys, heads, features] and values [batch..., keys, heads, width] produce
 * [batch..., queries, heads, width]. Keys and values may have fewer heads, which groups of adjacent query heads share
 * (grouped-query attention).
 *
 * A query that attends to no key gets the mean of all values. Backends may compute the result without storing the scores;
 * values of keys that no query attends to may then have no influence even if they are NaN or infinite.
 *
 * @throws ManabiError `shape` if the shapes do not match; `dtype` for a mask of floats; `argument` for an invalid option
 * @example
 * ```ts
 * import { dotProductAttention, ones } from 'manabi';
 *
 * const x = ones([2, 5, 4, 8]); // batch, steps, heads, features
 * console.log(dotProductAttention(x, x, x, { isCausal: true }).shape); // [2, 5, 4, 8]
 * ```
 */
export function dotProductAttention(
  query: TensorLike,
  key: TensorLike,
  value: TensorLike,
  options?: DotProductAttentionOptions,
): Tensor {
  const { bias, mask, scale, isCausal } = optionsOf(op, options, kinds);
  const given = [query, key, value].map((each) => new Tensor(asFloat(op, each)));
  const [q, k, v] = promote(op, given).map((each) => new Tensor(each));
  checkShapes(q.shape, k.shape, v.shape);
  const scores = [...q.shape.slice(0, -3), q.shape[q.rank - 2], q.shape[q.rank - 3], k.shape[k.rank - 3]];
  checkBroadcasts('bias', bias, scores);
  checkBroadcasts('mask', mask, scores);
  return attendHeads(q, k, v, {
    mask: joined(bias, mask),
    scale: scale ?? 1 / Math.sqrt(q.shape[q.rank - 1]),
    causal: isCausal,
  });
}

/** Combines bias and mask in one operand. */
function joined(bias: Tensor | null, mask: Tensor | null): Tensor | null {
  if (mask !== null && isFloat(mask.dtype)) {
    throw new ManabiError(
      'dtype',
      `\`mask\` must be bool or integers; got ${mask.dtype}. Pass numbers to add to the scores as \`bias\`, or convert the ` +
        "mask: astype(mask, 'bool').",
      { op, data: { name: 'mask', dtype: mask.dtype } },
    );
  }
  const shown = mask === null ? null : new Tensor(asBool(op, mask));
  const added = bias === null ? null : new Tensor(asFloat(op, bias));
  if (shown === null || added === null) return shown ?? added;
  // In float16, the bias of masked keys would be infinite.
  const wide = added.dtype === 'float16' ? new Tensor(castTo(asFloat(op, added), 'float32')) : added;
  return where(shown, wide, MASKED_SCORE);
}

function checkShapes(query: Shape, key: Shape, value: Shape): void {
  const batch = query.slice(0, -3);
  const [, heads, features] = query.slice(-3);
  const [keys, keyHeads, keyFeatures] = key.slice(-3);
  const isRight =
    query.length >= 3 &&
    equalShapes(key, [...batch, keys, keyHeads, features]) &&
    value.length === query.length &&
    equalShapes(value.slice(0, -1), [...batch, keys, keyHeads]) &&
    keyHeads > 0 &&
    heads % keyHeads === 0;
  if (isRight) return;
  throw new ManabiError(
    'shape',
    'Expected queries [batch..., queries, heads, features], keys [batch..., keys, heads, features] and values [batch..., keys, ' +
      `heads, width], with a number of query heads that the number of key heads divides; got ${formatShape(query)}, ` +
      `${formatShape(key)} and ${formatShape(value)}.` +
      (keyFeatures === features ? '' : ' Queries and keys must have equally many features.'),
    { op, data: { query, key, value } },
  );
}

function checkBroadcasts(name: string, given: Tensor | null, scores: Shape): void {
  if (given === null || equalShapes(broadcastShapes(op, [given.shape, scores]), scores)) return;
  throw new ManabiError(
    'shape',
    `\`${name}\` must broadcast to the scores ${formatShape(scores)} (batch, heads, queries, keys); got ${formatShape(given.shape)}.`,
    { op, data: { name, shape: given.shape, scores } },
  );
}
