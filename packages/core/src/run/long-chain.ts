import type { Backend, HostArray } from '@manabi/ir';
import { MOST_PENDING, pendingError, tracedError } from '../lazy/pending-limit.ts';
import { currentTrace } from '../lazy/trace.ts';
import { type LazyNode, type LazyValue, nodeOf, valuesCreated } from '../lazy/value.ts';
import { walk } from '../lazy/walk.ts';
import { synchronousBackend } from './backends.ts';
import { onBackend } from './losses.ts';
import { slicePoints } from './slice-points.ts';
import { inOrderOfCreation, isReadyFor, SliceRun } from './slices.ts';

/** Length from which a chain of pending operators runs automatically, if possible. */
const LONG = 2048;

/** Smallest number of operators that stay pending. Their operands show which results must be kept. */
const LEAST_LEFT = 128;

/** Number of values that must be created before a chain that could not run is tried again. */
const PAUSE = 4096;

let nextAttempt = 0;

/**
 * Bounds the length of chains of pending operators in programs without awaits: if a synchronous backend has started,
 * all but the end of a long chain runs immediately. Results that the program may use later are kept in host memory,
 * which the garbage collector frees. Memory of the backend would be freed by finalizers, which never run in a program
 * without awaits.
 *
 * Errors of the run are stored in the values and thrown when these are awaited.
 *
 * @throws ManabiError `memory` if the chain cannot run and too many operators are pending
 */
export function boundChain(node: LazyNode): void {
  if (node.depth <= LONG) return;
  const trace = node.trace ?? currentTrace();
  // Nothing runs while a function is traced.
  const backend = trace === null && valuesCreated() >= nextAttempt ? synchronousBackend() : null;
  if (backend === null && node.depth <= MOST_PENDING) return;
  // Parts of the chain may have run in the meantime, so depths are measured again.
  const behind = walk(
    node.operands.flatMap((operand) => nodeOf(operand) ?? []),
    nodeOf,
  );
  measure([...behind, node]);
  if (node.depth <= LONG) return;
  if (backend !== null && isReadyFor(backend, behind)) {
    runAllButTheEnd(backend, behind);
    measure([...behind, node]);
  } else {
    nextAttempt = valuesCreated() + PAUSE;
    if (behind.length < MOST_PENDING) return;
    throw trace === null ? pendingError(behind.length) : tracedError(trace, behind.length);
  }
}

/** Updates the depths of operators, which must be in topological order. */
function measure(nodes: readonly LazyNode[]): void {
  for (const node of nodes) {
    let depth = 0;
    for (const operand of node.operands) depth = Math.max(depth, nodeOf(operand)?.depth ?? 0);
    node.depth = depth + 1;
  }
}

function runAllButTheEnd(backend: Backend, behind: LazyNode[]): void {
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
  } finally {
    run.end();
  }
}

/** Runs a slice. If that fails, runs its operators one by one, so that only affected values fail. */
function runSlice(run: SliceRun, slice: readonly LazyNode[]): void {
  try {
    run.run(slice);
    return;
  } catch {
    // The loop below finds the operators that fail.
  }
  for (const node of slice) {
    try {
      run.runAlone(node);
    } catch (error) {
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
