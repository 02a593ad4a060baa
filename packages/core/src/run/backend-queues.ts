import type { Backend } from '@manabi/ir';

/** A backend, or the promise of one that is still starting. */
export type MaybeStarting = Backend | Promise<Backend>;

/** Work that is under way or waiting. */
export interface Work {
  /** The queues that the work stands in: one for each backend that it may use. */
  readonly queues: ReadonlySet<BackendQueue>;
  /** The backend that the work runs on; null if that depends on work before it. */
  readonly target: MaybeStarting | null;
  /** Resolves when the work has ended, however it ended. */
  readonly ended: Promise<void>;
  /** What the work reads and computes. Nobody may forget it meanwhile: its buffers would be released. */
  readonly values: unknown;
}

/** The queue of one backend. */
export interface BackendQueue {
  /** The work that was given last; null if all has ended. */
  last: Work | null;
}

const queues = new WeakMap<MaybeStarting, BackendQueue>();

/** Returns the queue of a backend. */
export function queueOf(backend: MaybeStarting): BackendQueue {
  let queue = queues.get(backend);
  if (queue === undefined) {
    queue = { last: null };
    queues.set(backend, queue);
  }
  return queue;
}

/** Gives a backend that has started the queue of its promise. */
export function adoptQueue(starting: Promise<Backend>, started: Backend): void {
  queues.set(started, queueOf(starting));
}
