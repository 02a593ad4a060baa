import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import type { Backend, BackendLoss } from './backend.ts';

/**
 * Returns the error of whatever is asked of a backend after its loss.
 *
 * @param loss why the backend was lost
 * @param cause what the call failed with, if the loss came in the middle of it
 */
export function lostError(name: string, loss: BackendLoss, op: string, cause?: unknown): ManabiError {
  const { reason, message } = loss;
  return new ManabiError(
    'backend',
    `Backend "${name}" was ${reason === 'destroyed' ? reason : 'lost'}${message && `: ${message.replace(/\.$/, '')}`}. Its ` +
      `tensors are gone: restore them from a checkpoint, on a new backend (await setBackend('${name}')) or another one.`,
    { op, data: { backend: name, lost: true, reason }, cause },
  );
}

/**
 * Checks that a backend still works.
 *
 * @throws ManabiError `backend` with `lost` and `inputsKept` in its data
 */
export function checkNotLost({ name, loss }: Backend, op: string): void {
  if (loss) throw withData(lostError(name, loss, op), { inputsKept: true });
}
