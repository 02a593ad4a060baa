/** Options of a function, or what a program passes in their place. */
type GivenOptions = Readonly<Record<string, unknown>>;

/**
 * Changes the options in the arguments of `fit` and `evaluate`, which are `(x, y, options)` or `(dataset, options)`.
 *
 * @param change returns the new options; options that are no object are passed on, so that the function rejects them
 */
export function withOptions(
  [x, ...rest]: readonly unknown[],
  change: (options: GivenOptions) => GivenOptions,
): readonly unknown[] {
  const [y, options] = rest.length === 1 && isStream(x) ? [null, rest[0]] : rest;
  if (options === undefined) return [x, y, change({})];
  // Any object is a record.
  return typeof options === 'object' && options !== null ? [x, y, change(options as GivenOptions)] : [x, y, options];
}

/** Prints a line per epoch unless the program chooses otherwise. In Node that is the default, and in other pages nothing is. */
export function verbosely(options: GivenOptions): GivenOptions {
  const { verbose = 'auto' } = options;
  return { ...options, verbose: verbose === 'auto' ? 2 : verbose };
}

/** Adds a callback to those of a program. */
export function withCallback(options: GivenOptions, callback: object): GivenOptions {
  const { callbacks = [] } = options;
  return Array.isArray(callbacks) ? { ...options, callbacks: [...callbacks, callback] } : options;
}

/** Returns whether training data is a dataset or another source of batches, rather than arrays by name. */
function isStream(x: unknown): boolean {
  if (typeof x === 'function') return true;
  if (typeof x !== 'object' || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || (Symbol.iterator in x && !('dtype' in x));
}
