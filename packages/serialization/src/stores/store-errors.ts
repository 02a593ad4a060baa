import { FileError } from '@manabi/files';

/** Returns the error for an empty store. */
export function emptyStore(name: string): FileError {
  return new FileError('notFound', `The store ${name} is empty. Save a file to it first, or check its name.`, {
    data: { source: name },
  });
}

/** Throws a FileError `aborted` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted !== true) return;
  throw new FileError('aborted', `Reading or writing ${name} was aborted by its signal.`, {
    data: { source: name },
    cause: signal.reason,
  });
}

/** Throws a FileError `range` unless 0 <= start <= end <= size. */
export function checkStoreRange(range: { readonly start: number; readonly end: number }, size: number, name: string) {
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end && end <= size) return;
  throw new FileError(
    'range',
    `Cannot read bytes ${start} to ${end} of ${name}: it has ${size} bytes. Pass a range with 0 <= start <= end <= ${size}.`,
    {
      data: { source: name, start, end, size },
    },
  );
}

/** Converts a browser error during an operation on a store into a `FileError`; a `FileError` is returned unchanged. */
export function storeError(error: unknown, action: 'read' | 'write' | 'remove', name: string): FileError {
  if (error instanceof FileError) return error;
  const kind = error instanceof DOMException || error instanceof Error ? error.name : 'unknown';
  const isFull = kind === 'QuotaExceededError';
  return new FileError(
    isFull ? 'noSpace' : 'io',
    isFull
      ? `Could not ${action} ${name}: the browser's storage for this page is full. Remove files, or request more space with ` +
          'navigator.storage.persist().'
      : `Could not ${action} ${name}: ${error instanceof Error ? error.message : String(error)}`,
    { data: { source: name, action, kind }, cause: error },
  );
}
