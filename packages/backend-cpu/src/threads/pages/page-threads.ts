import type { Threads } from '../../runtime/threads.ts';
import { threadsOf } from '../pool/module-tasks.ts';
import { Pool } from '../pool/pool.ts';
import { pageHost } from './page-host.ts';

/** Largest number of threads, to catch mistakes. */
const mostThreads = 1024;

/**
 * Returns the threads of a backend in a worker of a page, or of a backend that measures.
 *
 * @param count returns the number of threads that the program has chosen
 */
export function pageThreads(count: () => number, eager?: boolean): Threads {
  return threadsOf(new Pool(pageHost, () => Math.min(mostThreads, count()), eager));
}

let hasWarned = false;

/** Says once that the page needs headers for threads. */
export function warnOnce(): void {
  if (hasWarned) return;
  hasWarned = true;
  pageHost.warn(
    'The backend cpu computes on one thread, because the page is not cross-origin isolated. For more threads, serve it with the ' +
      'headers "Cross-Origin-Opener-Policy: same-origin" and "Cross-Origin-Embedder-Policy: require-corp".',
  );
}
