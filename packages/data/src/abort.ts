import { ManabiError } from '@manabi/ir';

/** Creates the error for an iteration that a signal stopped. `signal.reason` becomes the `cause` of the error. */
export function abortedError(signal: AbortSignal): ManabiError {
  return new ManabiError('aborted', 'The iteration over the dataset was aborted by its signal.', {
    op: 'data',
    cause: signal.reason,
  });
}

/**
 * Throws if the signal has fired.
 *
 * @throws ManabiError `aborted`
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortedError(signal);
}

/**
 * Resolves to the result of `work`, or rejects as soon as the signal fires, even if the promise `work` never settles.
 */
export function abortable<T>(work: T | PromiseLike<T>, signal: AbortSignal): T | Promise<T> {
  if (!isPromiseLike(work)) return work;
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(abortedError(signal));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(
      (value) => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/**
 * Creates an AbortController that aborts when the signal `parent` fires, and can be aborted without affecting `parent`.
 * `unlink` removes the listener that this function adds to `parent`.
 */
export function childController(parent: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  abort(): void;
  unlink(): void;
} {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    unlink: () => parent?.removeEventListener('abort', follow),
  };
}
