import { ManabiError } from '@manabi/errors';
import type { Threads } from './threads.ts';

/**
 * In pages, plans run on one thread. Node loads `in-node.ts` in place of this module; see `imports` in `package.json`.
 *
 * @throws ManabiError `argument` for more than one thread
 */
export function createThreads(threads = 1, _leastWork?: number): Threads | null {
  setThreads(threads);
  return null;
}

/** See `in-node.ts`. */
export function setThreads(threads: number): void {
  if (threads !== 1)
    throw new ManabiError('argument', `\`threads\` must be 1 in pages; got ${threads}.`, { data: { threads } });
}

/** See `in-node.ts`. */
export function getThreads(): number {
  return 1;
}
