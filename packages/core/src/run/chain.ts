/** Goes on with a result: at once if it is there, else when it comes. What runs synchronously then stays synchronous. */
export function chain<T, R>(result: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/** Does something, and throws in place of what it fails with what `report` makes of it. */
export function reportingFailure<R>(work: () => R, report: (error: unknown) => unknown): R {
  const fail = (error: unknown): never => {
    throw report(error);
  };
  try {
    const result = work();
    // A promise that resolves to the same is of the same type.
    return result instanceof Promise ? (result.catch(fail) as R) : result;
  } catch (error) {
    return fail(error);
  }
}
