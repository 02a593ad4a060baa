/** Calls `next` with a result: immediately if the result is a value, or when it resolves if it is a promise. */
export function chain<T, R>(result: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/**
 * Calls `work`. If `work` throws or its promise rejects, replaces the error by the one that `report` returns for it.
 */
export function reportingFailure<R>(work: () => R, report: (error: unknown) => unknown): R {
  const fail = (error: unknown): never => {
    throw report(error);
  };
  try {
    const result = work();
    // The result of `catch` has the type of `result`, because `fail` always throws.
    return result instanceof Promise ? (result.catch(fail) as R) : result;
  } catch (error) {
    return fail(error);
  }
}
