import { FileError } from './file-error.ts';

/** Returns the error for reading or writing `source` after `signal` fired. Its `cause` is the reason of the signal. */
export function abortedError(signal: AbortSignal, source: string): FileError {
  return new FileError('aborted', `Reading or writing ${source} was aborted by its signal.`, {
    data: { source },
    cause: signal.reason,
  });
}

/** Throws a FileError `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, source: string): void {
  if (signal?.aborted) throw abortedError(signal, source);
}
