import { positiveInteger, readArgument } from '@manabi/errors';

export { kernelParts } from './kernel-parts.ts';

import type { Threads } from '../runtime/threads.ts';
import { nodeHost } from './node/node-host.ts';
import { defaultThreads } from './node/thread-count.ts';
import { threadsOf } from './pool/module-tasks.ts';
import { Pool } from './pool/pool.ts';

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
 * @param _measures whether the backend measures the time of steps; used only in pages
 */
export function createThreads(threads: number | undefined, eager = false, _measures?: boolean): Threads | null {
  if (threads === 1) return null;
  const count = threads === undefined ? getThreads : () => Math.min(threads, mostThreads);
  return threadsOf(new Pool(nodeHost, count, eager));
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
