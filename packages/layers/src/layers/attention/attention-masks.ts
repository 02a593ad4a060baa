import {
  abs,
  arange,
  expandDims,
  greaterEqual,
  less,
  logicalAnd,
  ManabiError,
  reshape,
  sub,
  type Tensor,
} from '@manabi/core';
import { formatGiven } from '@manabi/errors/internal';
import type { CallOptions } from '../../call/context.ts';

/** Options of a call of an attention layer: `layer.apply([x, x], { useCausalMask: true })`. */
export interface AttentionCallOptions {
  /** Whether each position attends only to itself and to earlier positions. */
  readonly useCausalMask: boolean;
  /** Whether the attention scores are returned as a second output. */
  readonly returnAttentionScores: boolean;
}

/** Returns the masks of the outputs of an attention layer: the mask of the query, and null for the scores. */
export function maskOfQuery(
  [mask = null]: readonly (Tensor | null)[],
  options: CallOptions,
): readonly (Tensor | null)[] {
  return attentionCallOptions(options).returnAttentionScores ? [mask, null] : [mask];
}

/**
 * Returns the options of a call of an attention layer, with defaults.
 *
 * @throws ManabiError `argument` unless both are true or false
 */
export function attentionCallOptions(options: CallOptions): AttentionCallOptions {
  const { useCausalMask = false, returnAttentionScores = false } = options;
  if (typeof useCausalMask === 'boolean' && typeof returnAttentionScores === 'boolean') {
    return { useCausalMask, returnAttentionScores };
  }
  throw new ManabiError(
    'argument',
    '`useCausalMask` and `returnAttentionScores` must be true or false; ' +
      `got ${formatGiven(useCausalMask)} and ${formatGiven(returnAttentionScores)}.`,
    {
      op: 'attention',
      data: { useCausalMask, returnAttentionScores },
    },
  );
}

function positions(length: number): Tensor {
  return arange(0, length, 1, { dtype: 'int32' });
}

/** Returns a mask [queries, keys] that is true for keys at or before the position of the query. */
export function causalMask(queries: number, keys: number): Tensor {
  return greaterEqual(reshape(positions(queries), [queries, 1]), reshape(positions(keys), [1, keys]));
}

/** Returns a mask [queries, keys] that is true for keys less than `window` positions away from the query. */
function slidingWindowMask(queries: number, keys: number, window: number): Tensor {
  return less(abs(sub(reshape(positions(queries), [queries, 1]), reshape(positions(keys), [1, keys]))), window);
}

/** Returns the elementwise logical AND of the masks that are not null, with broadcasting; null if all are null. */
export function allOf(masks: readonly (Tensor | null)[]): Tensor | null {
  const given = masks.filter((mask) => mask !== null);
  return given.length === 0 ? null : given.reduce((both, mask) => logicalAnd(both, mask));
}

/** Masks and options that restrict which keys a query attends to. */
export interface Visibility {
  /** Mask of the queries, [batch, queries]. */
  readonly query: Tensor | null;
  /** Mask of the values, [batch, keys]. */
  readonly value: Tensor | null;
  /** Mask of the keys, [batch, keys]. */
  readonly key: Tensor | null;
  /** Attention mask [batch, queries, keys] or [batch, heads, queries, keys]. */
  readonly given: Tensor | null;
  readonly useCausalMask: boolean;
  readonly slidingWindow: number | null;
}

/**
 * Returns the masks of all restrictions, each of shape [batch, queries, keys] or broadcastable to it; null for a
 * restriction that does not apply.
 */
export function visibilityMasks(visible: Visibility, queries: number, keys: number): readonly (Tensor | null)[] {
  const column = (mask: Tensor | null): Tensor | null => (mask === null ? null : expandDims(mask, -1));
  const row = (mask: Tensor | null): Tensor | null => (mask === null ? null : expandDims(mask, -2));
  return [
    column(visible.query),
    row(visible.value),
    row(visible.key),
    visible.useCausalMask ? causalMask(queries, keys) : null,
    visible.slidingWindow === null ? null : slidingWindowMask(queries, keys, visible.slidingWindow),
    visible.given,
  ];
}
