import type { CallbackHooks, FitOptions } from 'manabi';

/** Adds a callback to the arguments of `fit`, which are `(x, y, options)` or `(dataset, options)`. */
export function withCallback([x, ...rest]: readonly unknown[], callback: CallbackHooks): readonly unknown[] {
  const [y, options] = rest.length === 1 && isStream(x) ? [null, rest[0]] : rest;
  // Invalid options are passed on, so that `fit` rejects them.
  if (options !== undefined && (typeof options !== 'object' || options === null)) return [x, y, options];
  const given: Pick<FitOptions, 'callbacks'> = options ?? {};
  if (given.callbacks !== undefined && !Array.isArray(given.callbacks)) return [x, y, options];
  return [x, y, { ...given, callbacks: [...(given.callbacks ?? []), callback] }];
}

/** Returns whether training data is a dataset or another source of batches, rather than arrays by name. */
function isStream(x: unknown): boolean {
  if (typeof x === 'function') return true;
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || (Symbol.iterator in x && !('dtype' in x));
}
