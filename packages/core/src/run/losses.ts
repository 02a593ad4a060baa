import {
  type Backend,
  type Buffer,
  checkNotLost,
  checkStorable,
  type Executable,
  type HostArray,
  lostError,
  ManabiError,
  withData,
} from '@manabi/ir';
import { reportingFailure } from './chain.ts';

/**
 * Does something on a backend. If the backend was lost before or is lost meanwhile, the failure says so.
 *
 * @throws ManabiError `backend` with `lost: true` in its data; whatever the work throws
 */
export function reportingLoss<T>(backend: Backend, op: string, work: () => T | Promise<T>): T | Promise<T> {
  // A backend that cannot be lost.
  if (backend.loss === undefined) return work();
  checkNotLost(backend, op);
  return reportingFailure(work, (error) => lossBehind(backend, op, error));
}

/** Runs an executable, as `reportingLoss`. A backend that is lost already leaves the inputs alone. */
export function runOn(
  backend: Backend,
  executable: Executable,
  inputs: readonly Buffer[],
  op: string,
): readonly Buffer[] | Promise<readonly Buffer[]> {
  if (backend.loss === undefined) return executable.run(inputs);
  if (backend.loss !== null) throw withData(lostError(backend.name, backend.loss, op), { inputsKept: true });
  return reportingFailure(
    () => executable.run(inputs),
    (error) => lossBehind(backend, op, error),
  );
}

/** Reads a buffer, as `reportingLoss`. */
export function readFrom(buffer: Buffer, op: string): HostArray | Promise<HostArray> {
  return reportingLoss(buffer.backend, op, () => buffer.backend.read(buffer));
}

/**
 * Uploads host elements.
 *
 * @throws ManabiError `dtype` for a dtype that the backend does not have; as `reportingLoss`
 */
export function uploadTo(backend: Backend, host: HostArray, op: string): Buffer {
  if (backend.dtypes !== undefined) checkStorable(host, backend, op);
  if (backend.loss === undefined) return backend.upload(host);
  checkNotLost(backend, op);
  try {
    return backend.upload(host);
  } catch (error) {
    throw lossBehind(backend, op, error);
  }
}

/** The loss of the backend, where it explains an error; the error itself otherwise. */
function lossBehind({ name, loss }: Backend, op: string, error: unknown): unknown {
  if (loss === undefined || loss === null) return error;
  const isOwn = error instanceof ManabiError;
  if (isOwn && error.data.lost === true) return error;
  const lost = lostError(name, loss, op, error);
  return isOwn && error.data.inputsKept === true ? withData(lost, { inputsKept: true }) : lost;
}
