/** Calls `next` with a result: synchronously for a value, later for a promise. */
export function chain<T, R>(result: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/** Runs work, and replaces an error of it by the one that `report` returns. */
export function reportingFailure<R>(work: () => R, report: (error: unknown) => unknown): R {
  const fail = (error: unknown): never => {
    throw report(error);
  };
  try {
    const result = work();
    // `catch` returns a promise of the same type, because `fail` always throws.
    return result instanceof Promise ? (result.catch(fail) as R) : result;
  } catch (error) {
    return fail(error);
  }
}
