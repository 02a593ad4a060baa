import { withData } from '@manabi/errors/internal';
import { type Backend, checkNotLost, lostError, ManabiError } from '@manabi/ir';
import { reportingFailure } from './chain.ts';

/**
 * Runs an operation on a backend. If the backend was lost before or is lost during the operation, throws an error that
 * reports the loss.
 *
 * @throws ManabiError `backend` after a loss. `data.lost` is true, and `data.inputsKept` is true if the operation left
 * its inputs valid. Other errors of the operation are passed on
 */
export function onBackend<R>(backend: Backend, op: string, work: () => R): R {
  // Backends without `loss` cannot be lost.
  if (backend.loss === undefined) return work();
  checkNotLost(backend, op);
  return reportingFailure(work, (error) => {
    const { name, loss } = backend;
    if (!loss) return error;
    const inputsKept = error instanceof ManabiError && error.data.inputsKept === true;
    return withData(lostError(name, loss, op, error), { inputsKept });
  });
}
