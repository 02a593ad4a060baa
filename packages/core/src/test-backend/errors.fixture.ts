import { ManabiError } from '@manabi/ir';

/**
 * Calls a function, and returns the `ManabiError` that it throws. Throws if the call succeeds or throws an error of
 * another type.
 */
export function thrown(call: () => unknown): ManabiError {
  try {
    call();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/**
 * Returns the `ManabiError` with which a promise rejects. Throws if the promise resolves or rejects with an error of
 * another type.
 */
export async function rejection(promise: Promise<unknown>): Promise<ManabiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/** Returns a value as another type, to test calls that only plain JavaScript allows. */
export function unchecked<T>(value: unknown): T {
  // Tests of invalid input must pass values whose types TypeScript would reject.
  return value as T;
}
