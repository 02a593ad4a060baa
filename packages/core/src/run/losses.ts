import { type Backend, checkNotLost, lostError, ManabiError, withData } from '@manabi/ir';
import { reportingFailure } from './chain.ts';

/**
 * Does something on a backend. If the backend was lost before, or is lost meanwhile, the failure says so.
 *
 * @throws ManabiError `backend` with `lost: true` in its data, and `inputsKept: true` if nothing was done; whatever the work
 * throws
 */
export function onBackend<R>(backend: Backend, op: string, work: () => R): R {
  // It cannot be lost.
  if (backend.loss === undefined) return work();
  checkNotLost(backend, op);
  return reportingFailure(work, (error) => {
    const { name, loss } = backend;
    if (!loss) return error;
    const inputsKept = error instanceof ManabiError && error.data.inputsKept === true;
    return withData(lostError(name, loss, op, error), { inputsKept });
  });
}
