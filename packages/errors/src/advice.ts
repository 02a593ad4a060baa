/** Under this name an object may say what to do where it was given in place of something else. */
export const advice: unique symbol = Symbol.for('manabi.advice');

/**
 * Returns a sentence that says what to do with a value that was given where it does not fit: await a promise, or what the
 * object says itself. Empty if there is nothing to say.
 *
 * @example `adviceOn(Promise.resolve(1)) // 'Await it first.'`
 */
export function adviceOn(given: unknown): string {
  if (typeof given !== 'object' || given === null) return '';
  try {
    if (given instanceof Promise) return 'Await it first.';
    const own: unknown = Reflect.get(given, advice);
    return typeof own === 'string' ? own : '';
  } catch {
    // A revoked proxy throws when it is looked at.
    return '';
  }
}
