import type { Backend, HostArray } from '@manabi/ir';
import { MOST_PENDING, pendingError, tracedError } from '../lazy/pending-limit.ts';
import { currentTrace } from '../lazy/trace.ts';
import { type LazyNode, type LazyValue, nodeOf, valuesCreated } from '../lazy/value.ts';
import { walk } from '../lazy/walk.ts';
import { synchronousBackend } from './backends.ts';
import { onBackend } from './losses.ts';
import { slicePoints } from './slice-points.ts';
import { inOrderOfCreation, isReadyFor, SliceRun } from './slices.ts';

/** A chain of pending operators of this length runs by itself, if it can. */
const LONG = 2048;

/** At least so many operators of a chain stay pending: what they read shows what the others must leave. */
const LEAST_LEFT = 128;

/** After a chain that could not run, so many further values are made before it is tried again. */
const PAUSE = 4096;

let triedAgainAt = 0;

/**
 * Sees to it that chains of pending operators do not grow without end in a program that never awaits: where a synchronous
 * backend is there, all but the end of a long chain runs now. What the rest of the program may use of it is kept in host
 * memory, which the garbage collector frees by itself. Backends free their memory in a turn of the event loop, and there
 * is none.
 *
 * Errors of the run stay in the values, and are thrown when these are awaited.
 *
 * @throws ManabiError `memory` where it cannot run, and too much is pending
 */
export function boundChain(node: LazyNode): void {
  if (node.depth <= LONG) return;
  const trace = node.trace ?? currentTrace();
  // While a function is traced nothing runs.
  const backend = trace === null && valuesCreated() >= triedAgainAt ? synchronousBackend() : null;
  if (backend === null && node.depth <= MOST_PENDING) return;
  // Parts of the chain may have run since: look before anything is done.
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
    triedAgainAt = valuesCreated() + PAUSE;
    if (behind.length < MOST_PENDING) return;
    throw trace === null ? pendingError(behind.length) : tracedError(trace, behind.length);
  }
}

/** Brings the depths of operators, each after those that it needs, up to date with what has run. */
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

/** Runs a slice; where that fails, its operators one by one, so that the error stays with what it is about. */
function runSlice(run: SliceRun, slice: readonly LazyNode[]): void {
  try {
    run.run(slice);
    return;
  } catch {
    // What failed is found below.
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
