/** Calls `next` with a result: immediately for a value, after it resolves for a promise. */
export function chain<T, R>(result: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return result instanceof Promise ? result.then(next) : next(result);
}

/** Runs `work`. If it fails, throws the error that `report` returns instead of the original error. */
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
