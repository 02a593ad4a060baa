import { ManabiError } from '@manabi/ir';

/** The error that a call throws; fails if it throws nothing, or something that is not manabi's. */
export function thrown(call: () => unknown): ManabiError {
  try {
    call();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The error that a promise is rejected with; fails as `thrown`. */
export async function rejection(promise: Promise<unknown>): Promise<ManabiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** A value under another type: what plain JavaScript lets pass, and the compiler would not. */
export function unchecked<T>(value: unknown): T {
  return value as T;
}
