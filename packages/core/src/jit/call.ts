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
 * Runs a specialization of a jitted function on the data of one call. The run is synchronous if the backend is
 * synchronous and all inputs are computed.
 *
 * @param results values to fill with the results, in the order of `sources`
 * @param current function that returns the backend to use if no input is on a backend
 * @throws ManabiError `donated` or `disposed` for tensors that are no longer valid; `donated` for a tensor that is
 * donated and used twice; `backend` for tensors of two backends; the error of the run, with `data.kept`: whether
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

/** Whether the call runs on `backend` and can start immediately: all inputs are stored there or can be uploaded. */
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

/** Computes pending inputs and compiles the executable. */
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
 * Returns the buffers of all inputs. Appends those that are uploaded for this run only, and not donated, to `passing`.
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
 * Releases buffers that were uploaded only to be donated, after a run that failed before it took ownership of them.
 * Nothing else would release them.
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

/** Donated tensor and its previous origin. */
interface Taken {
  readonly value: LazyValue;
  readonly before: Origin;
}

/** Marks donated tensors as invalid, and returns their previous origins. */
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

/** Checks that a donated tensor occurs only once among the inputs. */
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
      'another argument or as a captured tensor. Pass clone(tensor) instead, or do not donate it.',
    { op: name, data: { by: name, dtype: type.dtype, shape: type.shape } },
  );
}

/**
 * Fills the results with the outputs of the executable, and with donated inputs that the function returns unchanged.
 */
function fill(
  { sources }: Specialization,
  results: readonly LazyValue[],
  buffers: readonly Buffer[],
  outputs: readonly Buffer[],
  taken: readonly Taken[],
): void {
  // Reusing the storages of donated tensors avoids new registrations for finalization.
  const empty: Storage[] = [];
  for (const { before } of taken) {
    if (before.kind !== 'stored') continue;
    before.surrender();
    empty.push(before);
  }
  sources.forEach(({ kind, position }, i) => {
    const result = results[i];
    const buffer = cut(kind === 'output' ? outputs[position] : buffers[position], result.type);
    // The result was disposed of during the run.
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

/** Returns the first rows of a buffer if the backend supports that without a copy, else the whole buffer. */
function cut(buffer: Buffer, { shape }: TensorType): Buffer {
  const { type, backend } = buffer;
  const isFirstRows = shape.length > 0 && shape[0] < type.shape[0] && equalShapes(shape.slice(1), type.shape.slice(1));
  return (isFirstRows ? backend.firstRows?.(buffer, shape[0]) : undefined) ?? buffer;
}

/** Returns the error of a failed call, with the function's name and whether donated tensors are still valid. */
function failure({ name, donated }: Specialization, error: unknown, kept: boolean): unknown {
  const isOwn = error instanceof ManabiError;
  if (donated.length === 0 && !isOwn) return error;
  const reason = error instanceof Error ? error.message : String(error);
  // Tensors on a lost backend cannot be used in either case.
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
