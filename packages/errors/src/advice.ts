/**
 * Key of a property with advice for users of an object: one sentence for the error message when the object is passed
 * where another value is expected.
 *
 * @example
 * ```ts
 * const handle = { [advice]: 'Open it first.' };
 * adviceOn(handle); // => 'Open it first.'
 * ```
 */
export const advice: unique symbol = Symbol.for('manabi.advice');

/**
 * Returns the sentence that ends an error message about an unsuitable value: to await a promise, or the object's own
 * `advice`. Returns an empty string for all other values.
 *
 * @example
 * ```ts
 * adviceOn(Promise.resolve(1)); // => 'Await it first.'
 * adviceOn(3); // => ''
 * ```
 */
export function adviceOn(given: unknown): string {
  if (typeof given !== 'object' || given === null) return '';
  try {
    if (given instanceof Promise) return 'Await it first.';
    const own: unknown = Reflect.get(given, advice);
    return typeof own === 'string' ? own : '';
  } catch {
    // A revoked proxy throws on every access.
    return '';
  }
}
