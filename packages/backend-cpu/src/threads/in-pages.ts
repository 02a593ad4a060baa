import type { Kernel } from '@manabi/compiler';
import { kind, readArgument } from '@manabi/errors';
import type { Threads } from './threads.ts';

// In pages, plans run on one thread. Node loads `in-node.ts` in place of this module; see `imports` in `package.json`.

/** See `in-node.ts`. */
export const threadCount = kind('1 in pages', (given): given is number => given === 1);

/** See `kernel-parts.ts`. */
export function kernelParts(kernel: Kernel): readonly Kernel[] {
  return [kernel];
}

/** See `in-node.ts`. */
export function createThreads(_threads: number | undefined, _eager?: boolean): Threads | null {
  return null;
}

/** See `in-node.ts`. */
export function setThreads(threads: number): void {
  readArgument('setThreads', 'threads', threads, threadCount);
}

/** See `in-node.ts`. */
export function getThreads(): number {
  return 1;
}
