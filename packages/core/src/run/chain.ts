/** Goes on with a result: at once if it is there, else when it comes. What runs synchronously then stays synchronous. */
export function chain<T, R>(result: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/** Does something, and throws in place of what it fails with what `report` makes of it. */
export function reportingFailure<T>(work: () => T | Promise<T>, report: (error: unknown) => unknown): T | Promise<T> {
  let result: T | Promise<T>;
  try {
    result = work();
  } catch (error) {
    throw report(error);
  }
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    throw report(error);
  });
}
