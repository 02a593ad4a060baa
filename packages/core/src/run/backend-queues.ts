import type { Backend } from '@manabi/ir';

/** A backend, or the promise of a backend that is still starting. */
export type MaybeStarting = Backend | Promise<Backend>;

const starts = new WeakMap<MaybeStarting, MaybeStarting>();

/** Makes a backend that has started use the queue that it had while it was starting. */
export function noteStarted(starting: Promise<Backend>, started: Backend): void {
  starts.set(started, starting);
}

/**
 * Returns the object that identifies the queue of a backend. It is the same while the backend is starting and
 * afterwards.
 */
export function queueOf(backend: MaybeStarting): object {
  return starts.get(backend) ?? backend;
}
