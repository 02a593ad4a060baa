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
import type { CallOptions } from '../../call/context.ts';

/** What a call of an attention layer may be given beside its inputs: `mha.apply(inputs, { useCausalMask: true })`. */
export interface AttentionCallOptions {
  /** Whether a position sees only those before it and itself. */
  readonly useCausalMask: boolean;
  /** Whether the scores are a second output. */
  readonly returnAttentionScores: boolean;
}

/** The masks of an attention layer's outputs: the query's, and none for the scores. */
export function maskOfQuery(
  [mask = null]: readonly (Tensor | null)[],
  options: CallOptions,
): readonly (Tensor | null)[] {
  return attentionCallOptions(options).returnAttentionScores ? [mask, null] : [mask];
}

/**
 * The options of a call, checked.
 *
 * @throws ManabiError `argument` unless they are true or false
 */
export function attentionCallOptions(options: CallOptions): AttentionCallOptions {
  const { useCausalMask = false, returnAttentionScores = false } = options;
  if (typeof useCausalMask === 'boolean' && typeof returnAttentionScores === 'boolean') {
    return { useCausalMask, returnAttentionScores };
  }
  throw new ManabiError(
    'argument',
    'The options useCausalMask and returnAttentionScores of attention are true or false.',
    {
      op: 'attention',
      data: { useCausalMask, returnAttentionScores },
    },
  );
}

function places(length: number): Tensor {
  return arange(0, length, 1, { dtype: 'int32' });
}

/** `[queries, keys]`: true for the keys that are not behind the query. */
export function causalMask(queries: number, keys: number): Tensor {
  return greaterEqual(reshape(places(queries), [queries, 1]), reshape(places(keys), [1, keys]));
}

/** `[queries, keys]`: true for the keys less than `window` places from the query. */
function slidingWindowMask(queries: number, keys: number, window: number): Tensor {
  return less(abs(sub(reshape(places(queries), [queries, 1]), reshape(places(keys), [1, keys]))), window);
}

/** True where all masks that there are say so; null if there are none. They broadcast. */
export function allOf(masks: readonly (Tensor | null)[]): Tensor | null {
  const given = masks.filter((mask) => mask !== null);
  return given.length === 0 ? null : given.reduce((both, mask) => logicalAnd(both, mask));
}

/** What queries may see, of all that says something about it. */
export interface Visibility {
  /** Of queries, `[batch, queries]`. */
  readonly query: Tensor | null;
  /** Of values, `[batch, keys]`. */
  readonly value: Tensor | null;
  /** Of keys, `[batch, keys]`. */
  readonly key: Tensor | null;
  /** `[batch, queries, keys]`, or with an axis of heads before the last two. */
  readonly given: Tensor | null;
  readonly useCausalMask: boolean;
  readonly slidingWindow: number | null;
}

/** All masks, each `[batch, queries, keys]` or broadcasting against that; null for those that there are not. */
export function visibilityMasks(seen: Visibility, queries: number, keys: number): readonly (Tensor | null)[] {
  const column = (mask: Tensor | null): Tensor | null => (mask === null ? null : expandDims(mask, -1));
  const row = (mask: Tensor | null): Tensor | null => (mask === null ? null : expandDims(mask, -2));
  return [
    column(seen.query),
    row(seen.value),
    row(seen.key),
    seen.useCausalMask ? causalMask(queries, keys) : null,
    seen.slidingWindow === null ? null : slidingWindowMask(queries, keys, seen.slidingWindow),
    seen.given,
  ];
}
