import type { Backend, HostArray } from '@manabi/ir';
import { MOST_PENDING, pendingError, tracedError } from '../lazy/pending-limit.ts';
import { currentTrace } from '../lazy/trace.ts';
import { type LazyNode, type LazyValue, nodeOf, valuesCreated } from '../lazy/value.ts';
import { walk } from '../lazy/walk.ts';
import { synchronousBackend } from './backends.ts';
import { onBackend } from './losses.ts';
import { slicePoints } from './slice-points.ts';
import { inOrderOfCreation, isReadyFor, SliceRun } from './slices.ts';

/** Length of a chain of pending operators above which most of the chain runs automatically, if possible. */
const LONG = 2048;

/**
 * Smallest number of operators at the end of a chain that stay pending. Their operands show which results of the run
 * must be kept.
 */
const LEAST_LEFT = 128;

/** Number of values that must be created between a failed attempt to run a chain and the next attempt. */
const PAUSE = 4096;

let nextAttempt = 0;

/**
 * Limits the length of chains of pending operators in programs without awaits: if a synchronous backend has started,
 * all operators of a long chain except those at its end run immediately. Results that the program may use later are
 * kept in host memory, which the garbage collector frees. They are not kept on the backend, because its memory is freed
 * by finalizers, which never run in a program without awaits.
 *
 * An error of such a run is stored in the values that could not be computed, and thrown when one of them is awaited.
 *
 * @throws ManabiError `memory` if the chain cannot run and too many operators are pending
 */
export function boundChain(node: LazyNode): void {
  if (node.depth <= LONG) return;
  const trace = node.trace ?? currentTrace();
  // No operator runs while a function is traced.
  const backend = trace === null && valuesCreated() >= nextAttempt ? synchronousBackend() : null;
  if (backend === null && node.depth <= MOST_PENDING) return;
  // Parts of the chain may have run since the depth was measured, so it is measured again.
  const behind = walk(
    node.operands.flatMap((operand) => nodeOf(operand) ?? []),
    nodeOf,
  );
  measure([...behind, node]);
  if (node.depth <= LONG) return;
  if (backend !== null && isReadyFor(backend, behind) && runAllButTheEnd(backend, behind)) {
    measure([...behind, node]);
  } else {
    nextAttempt = valuesCreated() + PAUSE;
    if (behind.length < MOST_PENDING) return;
    throw trace === null ? pendingError(behind.length) : tracedError(trace, behind.length);
  }
}

/** Updates the property `depth` of operators, which must be passed in topological order. */
function measure(nodes: readonly LazyNode[]): void {
  for (const node of nodes) {
    let depth = 0;
    for (const operand of node.operands) depth = Math.max(depth, nodeOf(operand)?.depth ?? 0);
    node.depth = depth + 1;
  }
}

/** Returns false if nothing has run, because the backend must first load code. */
function runAllButTheEnd(backend: Backend, behind: LazyNode[]): boolean {
  const nodes = inOrderOfCreation(behind);
  const { points, period } = slicePoints(nodes);
  const end = nodes.length - Math.max(LEAST_LEFT, 2 * period);
  const used = points.filter((point) => point <= end);
  const run = new SliceRun(
    backend,
    nodes.slice(0, used.at(-1)),
    'realize',
    (_value, isReadElsewhere) => isReadElsewhere,
  );
  try {
    for (let i = 1; i < used.length; i++) runSlice(run, nodes.slice(used[i - 1], used[i]));
    for (const [value, buffer] of run.kept())
      moveToHost(
        value,
        onBackend(backend, 'realize', () => backend.read(buffer)),
      );
    return true;
  } catch (error) {
    if (!(error instanceof Promise)) throw error;
    // A later attempt finds the code, or fails again.
    error.catch(() => {});
    return false;
  } finally {
    run.end();
  }
}

/**
 * Runs consecutive operators together. If this fails, runs them one by one, so that only values that depend on a
 * failing operator fail.
 */
function runSlice(run: SliceRun, slice: readonly LazyNode[]): void {
  try {
    run.run(slice);
    return;
  } catch (error) {
    if (error instanceof Promise) throw error;
    // The loop below finds the operators that fail.
  }
  for (const node of slice) {
    try {
      run.runAlone(node);
    } catch (error) {
      if (error instanceof Promise) throw error;
      for (const value of node.results) if (nodeOf(value) !== null) value.origin = { kind: 'failed', error };
      run.skip(node);
    }
  }
}

function moveToHost(value: LazyValue, data: HostArray | Promise<HostArray>): void {
  const node = nodeOf(value);
  if (node === null || data instanceof Promise) return;
  value.origin = { kind: 'host', data, literal: true };
  if (node.results.some((result) => nodeOf(result) !== null)) return;
  for (const operand of node.operands) operand.consumers--;
}
