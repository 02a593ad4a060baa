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
import { yieldIfDue } from './event-loop.ts';
import { executableOf } from './executables.ts';
import { type CurrentBackend, inOrder } from './in-order.ts';
import { onBackend } from './losses.ts';
import { slicePoints } from './slice-points.ts';
import { inOrderOfCreation, isReadyFor, SliceRun } from './slices.ts';

/**
 * Computes values in one run, and stores their elements.
 *
 * @param action verb for error messages, such as `read`
 * @param failed callback that receives the error of a failed run before later operations run
 */
export async function realizeValues(
  values: readonly LazyValue[],
  action: string,
  op: string,
  failed: (error: unknown) => void = () => {},
): Promise<void> {
  checkReadable(values, action, op);
  if (values.every(({ origin }) => origin.kind === 'stored' || origin.kind === 'host')) return;
  await inOrder(values, (current) =>
    reportingFailure(
      () => runPending(values, action, op, current),
      (error) => {
        failed(error);
        return error;
      },
    ),
  );
  const iteration = yieldIfDue();
  if (iteration !== null) await iteration;
}

/**
 * Throws if a value cannot be read, because it was donated, disposed of or depends on arguments of a traced function.
 *
 * @throws ManabiError `donated`, `disposed` or `tracing`
 */
export function checkReadable(values: readonly LazyValue[], action: string, op: string): void {
  for (const value of values) {
    const { origin, type } = value;
    if (origin.kind === 'gone') throw goneError(origin.reason, origin.by, type, op);
    const trace = traceOf(value);
    if (trace !== null) throw tracerError(trace, action);
  }
}

/**
 * Computes values, and stores their elements. Runs synchronously if the backend has started and is synchronous. The
 * caller must ensure with `inOrder` that no other operation uses the same values at the same time.
 *
 * @param current function that returns the backend to use if no value is stored on one
 */
export function runPending(
  values: readonly LazyValue[],
  action: string,
  op: string,
  current: CurrentBackend,
): void | Promise<void> {
  for (const value of values) checkExists(value, op);
  const requested = [...new Set(values)].filter((value) => nodeOf(value) !== null);
  if (requested.length === 0) return;
  const first = pendingGraph(requested, action);
  return chain(backendOf(first.inputs, op) ?? current(), (backend) => {
    if (first.nodes.length > MOST_PER_RUN) {
      try {
        if (runInSlices(backend, requested, first.nodes, op)) return;
      } catch (error) {
        if (!(error instanceof Promise)) throw error;
        return error.then(() => runPending(values, action, op, current));
      }
      if (first.nodes.length > MOST_PENDING) throw pendingError(first.nodes.length);
    }
    const stored = [...requested, ...secondTime(first.nodes, requested)];
    const { graph, inputs, nodes } = stored.length === requested.length ? first : pendingGraph(stored, action);
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

/**
 * Number of operators above which a run is divided into slices if possible, because compiling all operators together
 * would take too long.
 */
const MOST_PER_RUN = 1024;

/**
 * Computes values in several runs of consecutive operators (slices). Returns false if the backend does not support
 * this.
 */
function runInSlices(
  backend: Backend,
  requested: readonly LazyValue[],
  behind: readonly LazyNode[],
  op: string,
): boolean {
  if (!isSynchronous(backend) || !isReadyFor(backend, behind)) return false;
  const nodes = inOrderOfCreation(behind);
  const { points } = slicePoints(nodes);
  const requestedSet = new Set(requested);
  const run = new SliceRun(backend, nodes, op, (value, isReadElsewhere) => {
    // A value that is computed for the second time is stored if it may be read again.
    const isSecond = (nodeOf(value)?.runs ?? 0) > 1;
    return requestedSet.has(value) || (isSecond && isReadElsewhere);
  });
  try {
    for (let i = 1; i < points.length; i++) run.run(nodes.slice(points[i - 1], points[i]));
    for (const [value, buffer] of [...run.kept(true)]) store(value, buffer);
  } finally {
    run.end();
  }
  return true;
}

/** Runs an executable with the given values as inputs, and releases buffers that were uploaded only for this run. */
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
 * Returns the buffer of a value on a backend. If the elements are in host memory, uploads them; the value then keeps
 * the new buffer unless it is a literal.
 *
 * @param passing array to which this function adds buffers that must be released after the run
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
  // The value was donated or disposed of during the run.
  if (node === null) {
    buffer.backend.release(buffer);
    return;
  }
  value.origin = new Storage(buffer);
  if (node.results.some((result) => nodeOf(result) !== null)) return;
  for (const operand of node.operands) operand.consumers--;
}

/**
 * Returns intermediate values of a run that should be stored as well, because an earlier run has already computed them.
 * Values that cannot be read after the requested values are stored are omitted.
 */
function secondTime(nodes: readonly LazyNode[], requested: readonly LazyValue[]): readonly LazyValue[] {
  if (nodes.every((node) => node.runs === 0)) return [];
  const readHere = new Map<LazyValue, number>();
  for (const { operands } of nodes)
    for (const operand of operands) readHere.set(operand, (readHere.get(operand) ?? 0) + 1);
  const readElsewhere = (value: LazyValue): boolean => value.consumers > (readHere.get(value) ?? 0);
  const requestedSet = new Set(requested);
  const needed = new Set<LazyValue>();
  const stored: LazyValue[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    const reachable = node.results.some((result) => needed.has(result) || readElsewhere(result));
    if (node.runs === 0 || (isFree(node) && reachable)) {
      for (const operand of node.operands) needed.add(operand);
    } else if (!isFree(node) && (reachable || node.results.some((result) => result.held))) {
      for (const result of node.results) if (!requestedSet.has(result)) stored.push(result);
    }
  }
  return stored;
}

/** Whether running an operator takes no time, so that storing its results would cost memory without saving time. */
function isFree({ template }: LazyNode): boolean {
  return operators[template.op].free === true;
}
