import { ManabiError } from '@manabi/ir';

/** Returns the `ManabiError` that a call throws; throws if the call succeeds or throws another error. */
export function thrown(call: () => unknown): ManabiError {
  try {
    call();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/** Returns the `ManabiError` that a promise is rejected with; throws otherwise. */
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
  // Tests of invalid input need values that contradict their types.
  return value as T;
}
