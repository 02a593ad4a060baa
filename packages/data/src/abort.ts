import { ManabiError } from '@manabi/ir';

/**
 * Creates the error for an iteration that a signal stopped. The reason of the signal becomes the cause of the error.
 */
export function abortedError(signal: AbortSignal): ManabiError {
  return new ManabiError('aborted', 'The iteration over the dataset was aborted by its signal.', {
    op: 'data',
    cause: signal.reason,
  });
}

/** @throws ManabiError `aborted` if the signal has fired */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortedError(signal);
}

/**
 * Resolves to the result of `work`, or rejects as soon as the signal fires, so that stopping does not wait for a promise
 * that may never settle.
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
 * Creates a controller that aborts when `parent` fires, and can also be aborted alone. `unlink` removes its listener
 * from `parent`.
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
