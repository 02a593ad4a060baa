import { FileError } from '@manabi/files';

/** The error of a store that holds nothing. */
export function emptyStore(name: string): FileError {
  return new FileError('notFound', `There is no file in ${name}. Was it saved under another name, or removed?`, {
    data: { source: name },
  });
}

/** @throws FileError `aborted` if the signal fired */
export function throwIfAborted(signal: AbortSignal | undefined, name: string): void {
  if (signal?.aborted !== true) return;
  throw new FileError('aborted', `Reading or writing ${name} was aborted.`, {
    data: { source: name },
    cause: signal.reason,
  });
}

/** @throws FileError `range` unless 0 <= start <= end <= size */
export function checkStoreRange(range: { readonly start: number; readonly end: number }, size: number, name: string) {
  const { start, end } = range;
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end && end <= size) return;
  throw new FileError('range', `Cannot read bytes ${start} to ${end} of ${name}: it has ${size} bytes.`, {
    data: { source: name, start, end, size },
  });
}

/** The `FileError` for what a browser said while something was done to a store; `FileError`s stay as they are. */
export function storeError(error: unknown, action: 'read' | 'write' | 'remove', name: string): FileError {
  if (error instanceof FileError) return error;
  const kind = error instanceof DOMException || error instanceof Error ? error.name : 'unknown';
  const isFull = kind === 'QuotaExceededError';
  return new FileError(
    isFull ? 'noSpace' : 'io',
    isFull
      ? `Could not ${action} ${name}: the browser gives this page no more space. Remove files, or ask for more with ` +
          'navigator.storage.persist().'
      : `Could not ${action} ${name}: ${error instanceof Error ? error.message : String(error)}`,
    { data: { source: name, action, kind }, cause: error },
  );
}
