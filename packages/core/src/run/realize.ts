import type { Backend, Buffer, Executable } from '@manabi/ir';
import { operators } from '@manabi/ir';
import { checkExists, goneError } from '../lazy/gone.ts';
import { MOST_PENDING, pendingError } from '../lazy/pending-limit.ts';
import { Storage } from '../lazy/storage.ts';
import { pendingGraph } from '../lazy/to-graph.ts';
import { tracerError } from '../lazy/trace.ts';
import { type LazyNode, type LazyValue, nodeOf, traceOf } from '../lazy/value.ts';
import { backendOf, isSynchronous } from './backends.ts';
import { chain, reportingFailure } from './chain.ts';
import { executableOf } from './executables.ts';
import { type CurrentBackend, inOrder } from './in-order.ts';
import { onBackend } from './losses.ts';
import { slicePoints } from './slice-points.ts';
import { inOrderOfCreation, isReadyFor, SliceRun } from './slices.ts';
import { turnIfDue } from './turn.ts';

/**
 * Runs what is pending behind some values and stores them; one run for all.
 *
 * @param asked what the user asked for, to begin a message with: `Read values`
 * @param failed sees what the run fails with, before anything else runs
 */
export async function realizeValues(
  values: readonly LazyValue[],
  asked: string,
  op: string,
  failed: (error: unknown) => void = () => {},
): Promise<void> {
  checkReadable(values, asked, op);
  if (values.every(({ origin }) => origin.kind === 'stored' || origin.kind === 'host')) return;
  await inOrder(values, (current) =>
    reportingFailure(
      () => runPending(values, asked, op, current),
      (error) => {
        failed(error);
        return error;
      },
    ),
  );
  const turn = turnIfDue();
  if (turn !== null) await turn;
}

/**
 * Checks that values can be asked for.
 *
 * @throws ManabiError `donated`, `disposed` or `tracing`
 */
export function checkReadable(values: readonly LazyValue[], asked: string, op: string): void {
  for (const value of values) {
    const { origin, type } = value;
    if (origin.kind === 'gone') throw goneError(origin.reason, origin.by, type, op);
    const trace = traceOf(value);
    if (trace !== null) throw tracerError(trace, asked);
  }
}

/**
 * Runs what is pending behind some values and stores them: at once, where the backend is there and runs synchronously.
 * The caller sees to it that nothing that depends on them runs meanwhile: see `inOrder`.
 *
 * @param current returns the backend to use if no value is on one
 */
export function runPending(
  values: readonly LazyValue[],
  asked: string,
  op: string,
  current: CurrentBackend,
): void | Promise<void> {
  for (const value of values) checkExists(value, op);
  const wanted = [...new Set(values)].filter((value) => nodeOf(value) !== null);
  if (wanted.length === 0) return;
  const first = pendingGraph(wanted, asked);
  return chain(backendOf(first.inputs, op) ?? current(), (backend) => {
    if (first.nodes.length > MOST_AT_ONCE) {
      if (runInSlices(backend, wanted, first.nodes, op)) return;
      if (first.nodes.length > MOST_PENDING) throw pendingError(first.nodes.length);
    }
    const stored = [...wanted, ...secondTime(first.nodes, wanted)];
    const { graph, inputs, nodes } = stored.length === wanted.length ? first : pendingGraph(stored, asked);
    return chain(executableOf(backend, graph, op), (executable) =>
      chain(runWith(backend, executable, inputs, op), (outputs) => {
        stored.forEach((value, i) => {
          store(value, outputs[i]);
        });
        for (const node of nodes) node.runs++;
      }),
    );
  });
}

/** More operators than this run in slices where they can: compiling them at once would take very long. */
const MOST_AT_ONCE = 1024;

/** Runs what is pending behind some values slice by slice, if that is much and can be done. */
function runInSlices(backend: Backend, wanted: readonly LazyValue[], behind: readonly LazyNode[], op: string): boolean {
  if (!isSynchronous(backend) || !isReadyFor(backend, behind)) return false;
  const nodes = inOrderOfCreation(behind);
  const { points } = slicePoints(nodes);
  const asked = new Set(wanted);
  const run = new SliceRun(backend, nodes, op, (value, isReadElsewhere) => {
    // What an earlier run computed already is kept the second time, if anybody may come by it again.
    const isSecond = (nodeOf(value)?.runs ?? 0) > 1;
    return asked.has(value) || (isSecond && isReadElsewhere);
  });
  try {
    for (let i = 1; i < points.length; i++) run.run(nodes.slice(points[i - 1], points[i]));
    for (const [value, buffer] of [...run.kept()]) {
      run.handOver(value);
      store(value, buffer);
    }
  } finally {
    run.end();
  }
  return true;
}

/** Runs an executable on values, and releases what was uploaded for this run alone. */
function runWith(
  backend: Backend,
  executable: Executable,
  inputs: readonly LazyValue[],
  op: string,
): readonly Buffer[] | Promise<readonly Buffer[]> {
  const passing: Buffer[] = [];
  const release = (): void => {
    for (const buffer of passing) backend.release(buffer);
  };
  let outputs: readonly Buffer[] | Promise<readonly Buffer[]>;
  try {
    const buffers = inputs.map((input) => bufferOf(input, backend, passing, op));
    outputs = onBackend(backend, op, () => executable.run(buffers));
  } catch (error) {
    release();
    throw error;
  }
  if (outputs instanceof Promise) return outputs.finally(release);
  release();
  return outputs;
}

/**
 * A value's buffer. What is on the host is uploaded, and stays if it is more than a number.
 *
 * @param passing takes buffers that are to be released after the run
 */
export function bufferOf(value: LazyValue, backend: Backend, passing: Buffer[], op: string): Buffer {
  const { origin } = value;
  if (origin.kind === 'stored' && origin.buffer !== null) return origin.buffer;
  if (origin.kind === 'host') {
    const buffer = onBackend(backend, op, () => backend.upload(origin.data));
    if (origin.literal) passing.push(buffer);
    else value.origin = new Storage(buffer);
    return buffer;
  }
  checkExists(value, op);
  throw new TypeError(`A value that is ${origin.kind} has no buffer.`);
}

function store(value: LazyValue, buffer: Buffer): void {
  const node = nodeOf(value);
  // It was given away while the run was under way.
  if (node === null) {
    buffer.backend.release(buffer);
    return;
  }
  value.origin = new Storage(buffer);
  if (node.results.some((result) => nodeOf(result) !== null)) return;
  for (const operand of node.operands) operand.consumers--;
}

/**
 * The values to be stored besides those that were asked for: what an earlier run has computed and this one computes
 * again, wherever a later run might come by. What nobody can reach any more once these are stored is left alone.
 */
function secondTime(nodes: readonly LazyNode[], wanted: readonly LazyValue[]): readonly LazyValue[] {
  if (nodes.every((node) => node.runs === 0)) return [];
  const readHere = new Map<LazyValue, number>();
  for (const { operands } of nodes)
    for (const operand of operands) readHere.set(operand, (readHere.get(operand) ?? 0) + 1);
  const readElsewhere = (value: LazyValue): boolean => value.consumers > (readHere.get(value) ?? 0);
  const asked = new Set(wanted);
  const needed = new Set<LazyValue>();
  const stored: LazyValue[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    const reachable = node.results.some((result) => needed.has(result) || readElsewhere(result));
    if (node.runs === 0 || (isFree(node) && reachable)) {
      for (const operand of node.operands) needed.add(operand);
    } else if (!isFree(node) && (reachable || node.results.some((result) => result.held))) {
      for (const result of node.results) if (!asked.has(result)) stored.push(result);
    }
  }
  return stored;
}

/** Operators that compute nothing: their results are never worth memory. */
function isFree({ template }: LazyNode): boolean {
  return operators[template.op].free === true;
}
