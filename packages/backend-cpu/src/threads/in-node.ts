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

/** See `thread-settings.ts`. */
export function setThreads(threads: number): void {
  wanted = Math.min(mostThreads, readArgument('setThreads', 'threads', threads, threadCount));
}

/** See `thread-settings.ts`. */
export function getThreads(): number {
  wanted ??= defaultThreads();
  return wanted;
}
