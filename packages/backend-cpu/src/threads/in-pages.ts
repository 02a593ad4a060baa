import { positiveInteger, readArgument } from '@manabi/errors';
import { ManabiError } from '@manabi/ir';
import { bytesOfType } from '../memory/linear-memory.ts';
import type { Runner, ThreadedModule, Threads } from '../runtime/threads.ts';

export { kernelParts } from './kernel-parts.ts';

// Node loads `in-node.ts` in place of this module; see `imports` in `package.json`. Pages load the code of threads only once a
// plan has steps of several tasks, or the first plan in the main thread, if they are cross-origin isolated.

/** Number of threads by default: few steps have more tasks. */
const mostByDefault = 16;

/** Whether threads can share memory. */
const isIsolated = Reflect.get(globalThis, 'crossOriginIsolated') === true;

/** See `in-node.ts`. */
export const threadCount = positiveInteger;

let wanted = isIsolated ? Math.min(mostByDefault, navigator.hardwareConcurrency || 1) : 1;

/** Whether this is the main thread of a page, in which long plans must run elsewhere. */
const isMain = 'document' in globalThis;

/** See `in-node.ts`. */
export function createThreads(threads?: number, eager?: boolean, measures?: boolean): Threads | null {
  if (threads === 1 || !canHave(threads ?? 1)) return null;
  const count = (): number => threads ?? wanted;
  if (isMain && !measures) return forPage(count, eager);
  let later: Promise<Threads> | undefined;
  return {
    load: (module, allocator, isMeasured) =>
      loadLater(async () => {
        later ??= import('./pages/page-threads.ts').then(({ pageThreads }) => pageThreads(count, eager));
        return (await later).load(module, allocator, isMeasured);
      }),
  };
}

/** Returns threads that run whole plans. If their code cannot be downloaded, the page runs all plans, and the console says why. */
function forPage(count: () => number, eager?: boolean): Threads {
  let threads: Threads | null | undefined;
  return {
    code: () =>
      threads === undefined
        ? import('./pages/plan-threads.ts').then(
            ({ planThreads }) => {
              threads ??= planThreads(count, { ManabiError, bytesOfType }, eager);
            },
            (error) => {
              threads = null;
              console.warn(error);
            },
          )
        : undefined,
    load: (...given) => threads?.load(...given) ?? null,
    settle: () => threads?.settle?.(),
  };
}

/** See `in-node.ts`. */
export function setThreads(threads: number): void {
  if (canHave(readArgument('setThreads', 'threads', threads, threadCount))) wanted = threads;
}

/** See `in-node.ts`. */
export function getThreads(): number {
  return wanted;
}

/** Returns whether threads can share memory. If not, but the program asks for several threads, warns once. */
function canHave(threads: number): boolean {
  if (threads > 1 && !isIsolated) {
    import('./pages/page-threads.ts').then(({ warnOnce }) => warnOnce(), console.warn);
  }
  return isIsolated;
}

/**
 * Returns a module whose functions run on the calling thread at first, and on all threads once their code is there. If it cannot
 * be downloaded, or memory is exhausted, they stay on the calling thread, and the console shows the reason.
 */
function loadLater(load: () => Promise<ThreadedModule | null>): ThreadedModule {
  let loaded: ThreadedModule | null = null;
  let begins: (() => void)[] = [];
  const begin = async (): Promise<void> => {
    loaded = await load();
    // All functions begin together, because helpers receive their names together.
    for (const each of begins) each();
  };
  return {
    forTable: (block, table, checks) => {
      let runner: Runner | undefined;
      return (name, run, tasks, step) => {
        let runAll = (): void => run(table, 0, tasks);
        const share = (): void => {
          runner ??= loaded?.forTable?.(block, table, checks);
          runAll = runner?.(name, run, tasks, step) ?? runAll;
        };
        if (tasks > 1 && begins.push(share) === 1) begin().catch(console.warn);
        return () => runAll();
      };
    },
    run: (frame, stop, end) => (loaded?.run === undefined ? end(frame.run(stop)) : loaded.run(frame, stop, end)),
    loadOf: (step) => loaded?.loadOf?.(step),
    dispose: () => {
      begins = [];
      loaded?.dispose();
    },
  };
}
