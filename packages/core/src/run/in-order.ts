import type { Backend } from '@manabi/ir';
import { LazyValue, nodeOf } from '../lazy/value.ts';
import { walk } from '../lazy/walk.ts';
import { type MaybeStarting, queueOf } from './backend-queues.ts';
import { currentBackend, runsSynchronously } from './backends.ts';

/** Function that returns the backend to use for values that are not stored on a backend yet. */
export type CurrentBackend = () => MaybeStarting;

/** An operation on tensors that is running or waiting, such as a run or a read. */
interface Work {
  /** Queues that contain the operation: one for each backend that it may use. */
  readonly queues: ReadonlySet<object>;
  /** Backend on which the operation runs; null if earlier operations determine it. */
  readonly target: MaybeStarting | null;
  /** Resolves when the operation has finished or failed. */
  readonly ended: Promise<void>;
  /**
   * Values that the operation reads and computes. The reference keeps them reachable, so that their buffers are not
   * released.
   */
  readonly values: unknown;
}

/**
 * Last operation in each queue, and last operation that reads or computes each value that is not stored on a backend
 * yet.
 */
const last = new Map<object, Work>();

/** All operations that are running or waiting. */
const unfinished = new Set<Work>();

/**
 * Runs an operation after all earlier operations on which it depends: those on the same backend, and those that read or
 * compute the same values. The operation can then use results that earlier runs stored, so overlapping awaits do not
 * compute a value twice. An operation without dependencies starts immediately.
 *
 * Each backend has its own queue, because a slow read on one backend must not delay a run on another. If a value is not
 * stored on a backend yet, it is unknown which backend will store it. Operations that share such a value are therefore
 * in the queues of all backends that they may use, and run in the order in which they were called. An operation enters
 * all its queues together and waits only for earlier operations, which prevents deadlocks.
 *
 * @param values values that the operation reads; items that are not a `LazyValue` are ignored
 * @param work the operation; it receives a function that returns the backend that was current when `inOrder` was called
 * @param captured further values that the operation reads
 * @param results values that the operation computes
 */
export function inOrder<T>(
  values: readonly unknown[],
  work: (current: CurrentBackend) => T | Promise<T>,
  captured: readonly unknown[] = NO_VALUES,
  results: readonly unknown[] = NO_VALUES,
): T | Promise<T> {
  // Fast path for programs in which all backends are synchronous, so no operation waits.
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

const NO_VALUES: readonly unknown[] = [];

/** Runs a function after all current operations that use a value. The function itself needs no backend. */
export function afterUsesOf(value: LazyValue, work: () => void): void {
  enqueue(dependenciesOf([value]), work);
}

/** Runs an operation that uses no values after all current operations in the queue of a backend. */
export function inQueueOf<T>(backend: Backend, work: () => T | Promise<T>): T | Promise<T> {
  const dependencies = dependenciesOf();
  dependencies.target = backend;
  join(dependencies, queueOf(backend));
  return enqueue(dependencies, work);
}

/** Runs a function after all current operations on all backends. Later operations do not wait for it. */
export function afterAll(work: () => void): void {
  if (unfinished.size === 0) work();
  else void Promise.all(Array.from(unfinished, ({ ended }) => ended)).then(work);
}

/** Whether no operation is running or waiting. */
export function isIdle(): boolean {
  return unfinished.size === 0;
}

/** What a new operation depends on: its queues, its values, and the earlier operations for which it waits. */
interface Dependencies {
  readonly queues: Set<object>;
  readonly before: Set<Work>;
  /** Values that the operation reads and computes. */
  readonly values: readonly unknown[];
  /** Elements of `values` that are not stored on a backend yet. */
  readonly unpinned: LazyValue[];
  /** Backend on which the operation runs; null if earlier operations determine it. */
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
        // Literal values are uploaded for each run and never stay on a backend, so their uses need no order.
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

/**
 * Adds the operation to the queue of the current backend, unless its values determine its backend. Returns the function
 * that returns the backend of the operation.
 */
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
    // The operation itself calls currentBackend() again and throws this error.
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

/** Registers an operation that has started or is waiting, so that later operations wait for it. */
function follow<T>(run: Promise<T>, { queues, values, unpinned, target }: Dependencies): Promise<T> {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const work: Work = { queues, target, ended, values };
  const keys = [...queues, ...unpinned];
  unfinished.add(work);
  for (const key of keys) last.set(key, work);
  return thenCall(run, () => {
    unfinished.delete(work);
    for (const key of keys) if (last.get(key) === work) last.delete(key);
    end();
  });
}

/**
 * Calls `end` when a run has finished, and returns a promise of its result. Nothing else awaits the run: JavaScript
 * engines can then add the functions that await the returned promise to the stack of an error.
 */
async function thenCall<T>(run: Promise<T>, end: () => void): Promise<T> {
  try {
    return await run;
  } finally {
    end();
  }
}
