import { type Backend, type Buffer, type Executable, equalShapes, ManabiError, type TensorType } from '@manabi/ir';
import { checkExists, goneError } from '../lazy/gone.ts';
import { becomeBeginning } from '../lazy/node.ts';
import { Storage } from '../lazy/storage.ts';
import { LazyValue, type Origin } from '../lazy/value.ts';
import { newStamp } from '../lazy/walk.ts';
import { backendOf } from '../run/backends.ts';
import { chain, reportingFailure } from '../run/chain.ts';
import type { CurrentBackend } from '../run/in-order.ts';
import { onBackend } from '../run/losses.ts';
import { bufferOf, runPending } from '../run/realize.ts';
import type { Leaf } from './pattern.ts';
import { compiledFor, type Specialization } from './specialize.ts';

/**
 * Runs a compiled version of a jitted function on the tensors and numbers of one call. The run is synchronous if the
 * backend is synchronous and no input is pending.
 *
 * @param results values that receive the results of the run, in the order of `specialization.sources`
 * @param current function that returns the backend to use if no input is stored on one
 * @throws ManabiError `donated` or `disposed` for tensors that are no longer valid; `donated` for a tensor that is
 * donated and used twice; `backend` for tensors of two backends; the error of the run, whose `data.kept` states whether
 * donated tensors are still valid
 */
export function call(
  specialization: Specialization,
  leaves: readonly Leaf[],
  results: readonly LazyValue[],
  current: CurrentBackend,
): void | Promise<void> {
  const inputs: readonly Leaf[] =
    specialization.captured.length === 0 ? leaves : [...leaves, ...specialization.captured];
  const { backend } = specialization;
  const executable = backend === null ? undefined : specialization.compiled.get(backend);
  if (backend !== null && executable !== undefined && isReady(inputs, backend, current)) {
    return replay(specialization, executable, backend, inputs, results);
  }
  return chain(prepare(specialization, inputs, current), (prepared) =>
    replay(specialization, prepared.executable, prepared.backend, inputs, results),
  );
}

/** Whether the call can start on `backend` immediately, because each input is either stored there or in host memory. */
function isReady(inputs: readonly Leaf[], backend: Backend, current: CurrentBackend): boolean {
  let isThere = false;
  for (const input of inputs) {
    if (!(input instanceof LazyValue)) continue;
    const { origin } = input;
    if (origin.kind === 'node') return false;
    if (origin.kind !== 'stored' || origin.buffer === null) continue;
    if (origin.buffer.backend !== backend) return false;
    isThere = true;
  }
  return isThere || current() === backend;
}

interface Prepared {
  readonly backend: Backend;
  readonly executable: Executable;
}

/** Computes the pending inputs of a call, and compiles the function for the backend if necessary. */
function prepare(
  specialization: Specialization,
  inputs: readonly Leaf[],
  current: CurrentBackend,
): Prepared | Promise<Prepared> {
  const { name } = specialization;
  const values = inputs.filter((input) => input instanceof LazyValue);
  for (const value of values) checkExists(value, name);
  checkDonatedOnce(specialization, inputs);
  const make = (): Prepared | Promise<Prepared> =>
    chain(runPending(values, 'read', name, current), () =>
      chain(backendOf(values, name) ?? current(), (backend) =>
        chain(compiledFor(specialization, backend), (executable) => {
          specialization.backend = backend;
          return { backend, executable };
        }),
      ),
    );
  return reportingFailure(make, (error) => failure(specialization, error, true));
}

function replay(
  specialization: Specialization,
  executable: Executable,
  backend: Backend,
  inputs: readonly Leaf[],
  results: readonly LazyValue[],
): void | Promise<void> {
  checkDonatedOnce(specialization, inputs);
  const passing: Buffer[] = [];
  const buffers = upload(specialization, backend, inputs, passing);
  const taken = take(specialization, inputs);
  const succeed = (outputs: readonly Buffer[]): void => {
    for (const buffer of passing) backend.release(buffer);
    fill(specialization, results, buffers, outputs, taken);
  };
  const fail = (error: unknown): never => {
    for (const buffer of passing) backend.release(buffer);
    const kept = error instanceof ManabiError && error.data.inputsKept === true;
    for (const { value, before } of taken) {
      if (kept) value.origin = before;
      else if (before.kind === 'stored') before.surrender();
    }
    if (kept) releaseGifts(specialization, backend, inputs, buffers);
    throw failure(specialization, error, kept);
  };
  let outputs: readonly Buffer[] | Promise<readonly Buffer[]>;
  try {
    outputs =
      backend.loss === undefined
        ? executable.run(buffers)
        : onBackend(backend, specialization.name, () => executable.run(buffers));
  } catch (error) {
    return fail(error);
  }
  return outputs instanceof Promise ? outputs.then(succeed, fail) : succeed(outputs);
}

/**
 * Returns the buffers of all inputs, and uploads inputs from host memory. Appends to `passing` the buffers that must be
 * released after the run: those that are uploaded only for it and not donated.
 */
function upload(
  { given, name }: Specialization,
  backend: Backend,
  inputs: readonly Leaf[],
  passing: Buffer[],
): Buffer[] {
  const buffers = new Array<Buffer>(inputs.length);
  try {
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      if (input instanceof LazyValue && !(given[i] && input.origin.kind === 'host')) {
        buffers[i] = bufferOf(input, backend, passing, name);
        continue;
      }
      const host = input instanceof LazyValue ? hostOf(input) : input;
      buffers[i] = onBackend(backend, name, () => backend.upload(host));
      if (!given[i]) passing.push(buffers[i]);
    }
  } catch (error) {
    for (const buffer of passing) backend.release(buffer);
    releaseGifts({ given }, backend, inputs, buffers);
    throw error;
  }
  return buffers;
}

/**
 * Releases buffers that were uploaded for arguments at donated positions. This is necessary if the run failed before it
 * took ownership of them, because no tensor refers to these buffers.
 */
function releaseGifts(
  { given }: Pick<Specialization, 'given'>,
  backend: Backend,
  inputs: readonly Leaf[],
  buffers: readonly (Buffer | undefined)[],
): void {
  for (const [i, input] of inputs.entries()) {
    const buffer = buffers[i];
    const isUploaded = !(input instanceof LazyValue) || input.origin.kind === 'host';
    if (given[i] && isUploaded && buffer !== undefined) backend.release(buffer);
  }
}

function hostOf({ origin }: LazyValue) {
  if (origin.kind === 'host') return origin.data;
  throw new TypeError(`Expected a value on the host; got a value with origin '${origin.kind}'.`);
}

/** A donated tensor, and where its elements were before the donation. */
interface Taken {
  readonly value: LazyValue;
  readonly before: Origin;
}

/** Marks the donated tensors of a call as invalid. Returns them, and where their elements were before the call. */
function take({ given, donated, sources, name }: Specialization, inputs: readonly Leaf[]): readonly Taken[] {
  if (donated.length === 0 && sources.every((source) => source.kind === 'output')) return NONE_TAKEN;
  const taken: Taken[] = [];
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i];
    if (!given[i] || !(value instanceof LazyValue)) continue;
    taken.push({ value, before: value.origin });
    value.origin = { kind: 'gone', reason: 'donated', by: name };
  }
  return taken;
}

const NONE_TAKEN: readonly Taken[] = [];

/** Throws if a donated tensor occurs more than once among the inputs of a call. */
function checkDonatedOnce({ donated, given, name }: Specialization, inputs: readonly Leaf[]): void {
  if (donated.length === 0) return;
  const stamp = newStamp();
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i];
    if (!(value instanceof LazyValue) || !given[i]) continue;
    if (value.origin.kind === 'gone') throw goneError(value.origin.reason, value.origin.by, value.type, name);
    if (value.stamp === stamp) throw donatedTwice(name, value);
    value.stamp = stamp;
  }
  for (let i = 0; i < inputs.length; i++) {
    const value = inputs[i];
    if (value instanceof LazyValue && !given[i] && value.stamp === stamp) throw donatedTwice(name, value);
  }
}

function donatedTwice(name: string, { type }: LazyValue): ManabiError {
  return new ManabiError(
    'donated',
    `A tensor ${type.dtype}[${type.shape.join(', ')}] is donated to ${name}, but the call uses it a second time, as ` +
      'another argument or captured tensor. Pass clone(tensor) instead, or do not donate it.',
    { op: name, data: { by: name, dtype: type.dtype, shape: type.shape } },
  );
}

/**
 * Assigns buffers to the results of a call: outputs of the executable, or donated inputs that the function returned
 * unchanged.
 */
function fill(
  { sources }: Specialization,
  results: readonly LazyValue[],
  buffers: readonly Buffer[],
  outputs: readonly Buffer[],
  taken: readonly Taken[],
): void {
  // The Storage objects of donated tensors are reused, because registering new ones for finalization takes time.
  const empty: Storage[] = [];
  for (const { before } of taken) {
    if (before.kind !== 'stored') continue;
    before.surrender();
    empty.push(before);
  }
  sources.forEach(({ kind, position }, i) => {
    const result = results[i];
    const buffer = cut(kind === 'output' ? outputs[position] : buffers[position], result.type);
    // The result is no longer expected: it was disposed of during the run.
    if (result.origin.kind !== 'coming') {
      buffer.backend.release(buffer);
      return;
    }
    const storage = empty.pop();
    storage?.refill(buffer);
    const stored = storage ?? new Storage(buffer);
    if (equalShapes(buffer.type.shape, result.type.shape)) result.origin = stored;
    else becomeBeginning(result, new LazyValue(buffer.type, stored));
  });
}

/**
 * Returns a buffer with only the first rows of a buffer if the backend can create it without a copy, otherwise the
 * whole buffer.
 */
function cut(buffer: Buffer, { shape }: TensorType): Buffer {
  const { type, backend } = buffer;
  const isFirstRows = shape.length > 0 && shape[0] < type.shape[0] && equalShapes(shape.slice(1), type.shape.slice(1));
  return (isFirstRows ? backend.firstRows?.(buffer, shape[0]) : undefined) ?? buffer;
}

/**
 * Returns the error to throw for a failed call. It states the name of the function and whether donated tensors are
 * still valid.
 */
function failure({ name, donated }: Specialization, error: unknown, kept: boolean): unknown {
  const isOwn = error instanceof ManabiError;
  if (donated.length === 0 && !isOwn) return error;
  const reason = error instanceof Error ? error.message : String(error);
  // If the backend was lost, no tensor on it can be used, so the message does not mention donated tensors.
  const isLost = isOwn && error.data.lost === true;
  const fate = isLost
    ? ''
    : kept
      ? ' The donated tensors are still valid; the call can be repeated.'
      : ' The donated tensors are lost; continue from a copy or a checkpoint.';
  return new ManabiError(
    isOwn ? error.code : 'backend',
    `The call failed: ${reason}${donated.length === 0 ? '' : fate}`,
    { op: name, data: { ...(isOwn ? error.data : {}), by: name, ...(donated.length > 0 && { kept }) }, cause: error },
  );
}
