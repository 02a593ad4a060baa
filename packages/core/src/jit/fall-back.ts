import { wrongArgument } from '@manabi/errors';
import { becomeCopy } from '../lazy/node.ts';
import type { LazyValue } from '../lazy/value.ts';
import { isTensor, lazyOf, type Tensor } from '../tensor.ts';

/**
 * Function that receives the result of a run that may fail. It returns pairs of a tensor of this result and a tensor of
 * the same type, which replaces it if the run fails.
 */
export type Fallback<R> = (result: R) => Iterable<readonly [result: Tensor, before: Tensor]>;

/**
 * Replaces results of a failed run by the tensors that `fallback` returns for them. Reading a result without a valid
 * replacement throws the error of the run.
 *
 * @throws ManabiError `argument` if the fallback does not return pairs of tensors
 */
export function fallBack<R>(
  results: readonly LazyValue[],
  result: R,
  fallback: Fallback<R> | undefined,
  error: unknown,
): void {
  let before = new Map<LazyValue, LazyValue>();
  try {
    if (fallback !== undefined) before = replacements(fallback(result));
  } finally {
    for (const value of results) replaceBy(value, before.get(value), error);
  }
}

function replaceBy(value: LazyValue, replacement: LazyValue | undefined, error: unknown): void {
  const { kind } = value.origin;
  if (kind !== 'coming' && kind !== 'node') return;
  if (replacement !== undefined && replacement.origin.kind !== 'gone') becomeCopy(value, replacement);
  else if (kind === 'coming') value.origin = { kind: 'failed', error };
}

function replacements(pairs: unknown): Map<LazyValue, LazyValue> {
  const list: readonly unknown[] | null = isIterable(pairs) ? Array.from(pairs) : null;
  if (list?.every(isPair)) return new Map(list.map(([result, before]) => [lazyOf(result), lazyOf(before)]));
  throw wrongArgument({ op: 'dispatch', name: 'options.fallback(result)' }, 'pairs of tensors', pairs);
}

function isIterable(given: unknown): given is Iterable<unknown> {
  return typeof given === 'object' && given !== null && Symbol.iterator in given;
}

function isPair(given: unknown): given is readonly [Tensor, Tensor] {
  return Array.isArray(given) && given.length === 2 && given.every(isTensor);
}
