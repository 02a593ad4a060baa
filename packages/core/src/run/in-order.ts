import type { Backend } from '@manabi/ir';
import { LazyValue, nodeOf } from '../lazy/value.ts';
import { walk } from '../lazy/walk.ts';
import { type MaybeStarting, queueOf } from './backend-queues.ts';
import { currentBackend, runsSynchronously } from './backends.ts';

/** Returns the backend of what is on none yet. */
export type CurrentBackend = () => MaybeStarting;

/** Work that is under way or waiting. */
interface Work {
  /** The queues that the work stands in: one for each backend that it may use. */
  readonly queues: ReadonlySet<object>;
  /** The backend that the work runs on; null if that depends on work before it. */
  readonly target: MaybeStarting | null;
  /** Resolves when the work has ended, however it ended. */
  readonly ended: Promise<void>;
  /** What the work reads and computes. It must not be forgotten meanwhile: its buffers would be released. */
  readonly values: unknown;
}

/** The last work in each queue, and the last that reads or computes each value that is on no backend yet. */
const last = new Map<object, Work>();

/** All work that has not ended. */
const unfinished = new Set<Work>();

/**
 * Runs one piece of work after all earlier work that it depends on: everything on the same backend, and everything that
 * reads or computes the same values. What runs then sees what earlier runs have stored, and nothing is computed twice
 * because two awaits overlap. Work that depends on nothing begins at once.
 *
 * Each backend has its own queue, so a slow read on one does not delay a run on another. A value that is on no backend yet
 * may end up on any, so two pieces of work that share one run in the order of their calls, each in the queues of all
 * backends that either may use. Work enters all its queues at once when it is given, and waits only for what was given
 * before it; so there are no deadlocks.
 *
 * @param values what the work reads; whatever is not a `LazyValue` is passed over, as in `captured`
 * @param work is given the backend that was current when it was called
 * @param captured what the work reads besides
 * @param results what the work computes
 */
export function inOrder<T>(
  values: readonly unknown[],
  work: (current: CurrentBackend) => T | Promise<T>,
  captured: readonly unknown[] = NOTHING,
  results: readonly unknown[] = NOTHING,
): T | Promise<T> {
  // Programs whose backends are all synchronous take this way: nothing is ever under way.
  if (unfinished.size === 0 && runsSynchronously()) {
    const result = work(currentBackend);
    if (!(result instanceof Promise)) return result;
    const dependencies = dependenciesOf(values, captured, results);
    joinCurrent(dependencies);
    return follow(result, dependencies);
  }
  const dependencies = dependenciesOf(values, captured, results);
  const current = joinCurrent(dependencies);
  return enqueue(dependencies, () => work(current));
}

const NOTHING: readonly unknown[] = [];

/** Runs work after all that uses a value, without a backend of its own. */
export function afterUsesOf(value: LazyValue, work: () => void): void {
  enqueue(dependenciesOf([value]), work);
}

/** Runs work that reads no values in the queue of a backend. */
export function inQueueOf<T>(backend: Backend, work: () => T | Promise<T>): T | Promise<T> {
  const dependencies = dependenciesOf();
  dependencies.target = backend;
  join(dependencies, queueOf(backend));
  return enqueue(dependencies, work);
}

/** Runs work after all that is under way or waiting; what comes later does not wait for it. */
export function afterAll(work: () => void): void {
  if (unfinished.size === 0) work();
  else void Promise.all(Array.from(unfinished, ({ ended }) => ended)).then(work);
}

/** Whether no work is under way or waiting. */
export function isIdle(): boolean {
  return unfinished.size === 0;
}

/** What a piece of work has to wait for, and what waits for it. */
interface Dependencies {
  readonly queues: Set<object>;
  readonly before: Set<Work>;
  /** What the work reads and computes. */
  readonly values: readonly unknown[];
  /** Those of them that are on no backend yet. */
  readonly unpinned: LazyValue[];
  /** The backend that the work runs on; null if that depends on work before it. */
  target: MaybeStarting | null;
}

function join({ queues, before }: Dependencies, queue: object): void {
  queues.add(queue);
  const earlier = last.get(queue);
  if (earlier !== undefined) before.add(earlier);
}

function dependenciesOf(...lists: readonly (readonly unknown[])[]): Dependencies {
  const values = lists.flat();
  const dependencies: Dependencies = { queues: new Set(), before: new Set(), values, unpinned: [], target: null };
  const seen = new Set<LazyValue>();
  const reach = (value: unknown): void => {
    if (!(value instanceof LazyValue) || seen.has(value)) return;
    seen.add(value);
    const { origin } = value;
    switch (origin.kind) {
      case 'stored':
        if (origin.buffer === null) return;
        dependencies.target ??= origin.buffer.backend;
        join(dependencies, queueOf(origin.buffer.backend));
        return;
      case 'host':
        // Literals are uploaded for each run, and stay on no backend.
        if (!origin.literal) claim(dependencies, value);
        return;
      case 'node':
        for (const { operands, results } of walk([origin.node], (operand) =>
          seen.has(operand) ? null : nodeOf(operand),
        )) {
          for (const result of results) {
            seen.add(result);
            claim(dependencies, result);
          }
          for (const operand of operands) if (nodeOf(operand) === null) reach(operand);
        }
        return;
      case 'coming':
        dependencies.target ??= last.get(value)?.target ?? null;
        claim(dependencies, value);
    }
  };
  values.forEach(reach);
  return dependencies;
}

function claim(dependencies: Dependencies, value: LazyValue): void {
  dependencies.unpinned.push(value);
  const earlier = last.get(value);
  if (earlier === undefined) return;
  dependencies.before.add(earlier);
  for (const queue of earlier.queues) join(dependencies, queue);
}

/** Joins the queue of the current backend, unless it is known that the work runs on another one. */
function joinCurrent(dependencies: Dependencies): CurrentBackend {
  const { target, queues } = dependencies;
  if (target !== null) return () => target;
  const isOpen = queues.size > 0;
  try {
    const current = currentBackend();
    join(dependencies, queueOf(current));
    if (!isOpen) dependencies.target = current;
    return () => current;
  } catch {
    // The work asks again, and reports the error.
    return currentBackend;
  }
}

function enqueue<T>(dependencies: Dependencies, work: () => T | Promise<T>): T | Promise<T> {
  const [first, ...others] = dependencies.before;
  if (first === undefined) {
    const result = work();
    return result instanceof Promise ? follow(result, dependencies) : result;
  }
  const ready = others.length === 0 ? first.ended : Promise.all(Array.from(dependencies.before, ({ ended }) => ended));
  return follow(ready.then(work), dependencies);
}

/** Has later work wait for a run. */
function follow<T>(run: Promise<T>, { queues, values, unpinned, target }: Dependencies): Promise<T> {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work: Work = { queues, target, ended, values };
  const keys = [...queues, ...unpinned];
  unfinished.add(work);
  for (const key of keys) last.set(key, work);
  return thenDo(run, () => {
    unfinished.delete(work);
    for (const key of keys) if (last.get(key) === work) last.delete(key);
    end();
  });
}

/** Nobody else waits for this promise: so an engine can follow the awaits, and errors tell whose line asked for the run. */
async function thenDo<T>(run: Promise<T>, end: () => void): Promise<T> {
  try {
    return await run;
  } finally {
    end();
  }
}
