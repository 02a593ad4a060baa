import { FileError } from './file-error.ts';

/** The error for work on `source` that its `AbortSignal` stopped; the signal's reason is the cause. */
export function abortedError(signal: AbortSignal, source: string): FileError {
  return new FileError('aborted', `The work on ${source} was aborted by its signal.`, {
    data: { source },
    cause: signal.reason,
  });
}

/** @throws FileError `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, source: string): void {
  if (signal?.aborted) throw abortedError(signal, source);
}
