import { FileError } from './file-error.ts';

/**
 * Returns the error for a read or write of `source` that `signal` aborted. The reason of the signal is the error's
 * `cause`.
 */
export function abortedError(signal: AbortSignal, source: string): FileError {
  return new FileError('aborted', `Reading or writing ${source} was aborted by its signal.`, {
    data: { source },
    cause: signal.reason,
  });
}

/** Throws a FileError with the code `aborted` if the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, source: string): void {
  if (signal?.aborted) throw abortedError(signal, source);
}
