/**
 * Symbol under which an object can store one sentence of advice. Error messages print the sentence when the object is
 * passed where another type of value is expected.
 *
 * @example
 * ```ts
 * import { advice, adviceOn } from '@manabi/errors/internal';
 *
 * const handle = { [advice]: 'Open it first.' };
 * console.log(adviceOn(handle)); // Open it first.
 * ```
 */
export const advice: unique symbol = Symbol.for('manabi.advice');

/**
 * Returns advice to append to the error message about an invalid value: "Await it first." for a promise, the text under
 * the key `advice` for an object that has one, and an empty string for all other values.
 *
 * @example
 * ```ts
 * import { adviceOn } from '@manabi/errors/internal';
 *
 * console.log(adviceOn(Promise.resolve(1))); // Await it first.
 * console.log(adviceOn(3)); // ''
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
