import type { Backend } from '@manabi/ir';

/** Backend, or promise of a backend that is starting. */
export type MaybeStarting = Backend | Promise<Backend>;

const starts = new WeakMap<MaybeStarting, MaybeStarting>();

/** Assigns the queue of a starting backend to the started one. */
export function noteStarted(starting: Promise<Backend>, started: Backend): void {
  starts.set(started, starting);
}

/** Returns the key of a backend's queue, which is the same before and after the start. */
export function queueOf(backend: MaybeStarting): object {
  return starts.get(backend) ?? backend;
}
