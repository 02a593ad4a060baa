import type { Backend } from '@manabi/ir';

/** A backend, or the promise of one that is still starting. */
export type MaybeStarting = Backend | Promise<Backend>;

const starts = new WeakMap<MaybeStarting, MaybeStarting>();

/** Notes that a promise has become a backend: both have the same queue. */
export function noteStarted(starting: Promise<Backend>, started: Backend): void {
  starts.set(started, starting);
}

/** Returns what identifies the queue of a backend, from before it has started. */
export function queueOf(backend: MaybeStarting): object {
  return starts.get(backend) ?? backend;
}
