import * as host from '#threads';

// These functions have declarations of their own, because some users' TypeScript cannot resolve `#threads`.

/**
 * Sets the number of threads on which the backend `cpu` computes. The thread that calls it is one of them, except in the main
 * thread of an isolated page, which leaves long plans to workers. Results do not depend on this number. The default is the number of processors that the process or page may use, at most 16, or, in Node, the value
 * of the environment variable `MANABI_THREADS`.
 *
 * Only backends that were created without the option `threads` are affected. Pages that are not cross-origin isolated cannot share
 * memory: they always use one thread, and the first call with a greater number shows a warning.
 *
 * @param threads number of threads, from 1
 * @throws ManabiError `argument` if `threads` is not a positive integer
 * @example
 * ```ts node-only
 * import { getThreads, setThreads } from '@manabi/backend-cpu';
 *
 * setThreads(2);
 * console.log(getThreads()); // 2
 * ```
 */
export function setThreads(threads: number): void {
  host.setThreads(threads);
}

/**
 * Returns the number of threads on which the backend `cpu` computes; see `setThreads`.
 *
 * @throws ManabiError `argument` if the environment variable `MANABI_THREADS` is not a positive integer
 * @example
 * ```ts
 * import { getThreads } from '@manabi/backend-cpu';
 *
 * console.log(getThreads() >= 1); // true
 * ```
 */
export function getThreads(): number {
  return host.getThreads();
}
