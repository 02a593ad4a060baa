import { positiveInteger, readArgument } from '@manabi/errors';

export { kernelParts } from './kernel-parts.ts';

import { ModuleTasks } from './module-tasks.ts';
import { Pool } from './pool.ts';
import { defaultThreads } from './thread-count.ts';
import type { Threads } from './threads.ts';

/** Largest number of threads, to catch mistakes. */
const mostThreads = 1024;

/** Valid numbers of threads. */
export const threadCount = positiveInteger;

let wanted: number | null = null;

/**
 * Returns the threads of a new backend, or null if it uses only the calling thread.
 *
 * @param threads number of threads; by default, the number that `setThreads` sets
 * @param eager for tests: whether threads take part in all jobs, however short
 */
export function createThreads(threads: number | undefined, eager = false): Threads | null {
  if (threads === 1) return null;
  const pool = new Pool(threads === undefined ? getThreads : () => Math.min(threads, mostThreads), eager);
  return {
    load: (module, allocator) => {
      // Helpers do not have the functions of JavaScript that a module imports to compute in float64.
      const calls = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'function');
      return calls ? null : new ModuleTasks(pool, module, allocator);
    },
  };
}

/**
 * Sets the number of threads on which the backend `cpu` computes, including the thread that calls it. Results do not depend
 * on this number. The default is the number of processors that the process may use, at most 16, or the value of the environment
 * variable `MANABI_THREADS`. Pages support only one thread.
 *
 * Only backends that were created without the option `threads` are affected.
 *
 * @param threads number of threads, from 1
 * @throws ManabiError `argument` if `threads` is not a positive integer, or is greater than 1 in a page
 * @example
 * ```ts node-only
 * import { getThreads, setThreads } from '@manabi/backend-cpu';
 *
 * setThreads(2);
 * console.log(getThreads()); // 2
 * ```
 */
export function setThreads(threads: number): void {
  wanted = Math.min(mostThreads, readArgument('setThreads', 'threads', threads, threadCount));
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
  wanted ??= defaultThreads();
  return wanted;
}
