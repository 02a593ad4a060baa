import { becomeCopy } from '../lazy/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { lazyOf, type Tensor } from '../tensor.ts';

/** Pairs of a tensor that a run computes, and one of the same type that takes its place if the run fails. */
export type Fallback<R> = (result: R) => Iterable<readonly [result: Tensor, before: Tensor]>;

/**
 * Puts what was there before in place of what a failed run was to compute. Where nothing was, or what was there is gone,
 * reading throws the error.
 */
export function fallBack(
  results: readonly LazyValue[],
  pairs: Iterable<readonly [result: Tensor, before: Tensor]> = [],
  error: unknown,
): void {
  const before = new Map<LazyValue, LazyValue>();
  for (const [result, replacement] of pairs) before.set(lazyOf(result), lazyOf(replacement));
  for (const result of results) {
    if (result.origin.kind !== 'coming' && result.origin.kind !== 'node') continue;
    const replacement = before.get(result);
    const exists = replacement !== undefined && replacement.origin.kind !== 'gone';
    if (exists) becomeCopy(result, replacement);
    else if (result.origin.kind === 'coming') result.origin = { kind: 'failed', error };
  }
}
