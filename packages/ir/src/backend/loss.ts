import { ManabiError } from '@manabi/errors';
import type { Backend, BackendLoss } from './backend.ts';

/**
 * Returns the error of whatever is asked of a backend after its loss.
 *
 * @param loss why the backend was lost
 * @param cause what the call failed with, if the loss came in the middle of it
 */
export function lostError(name: string, loss: BackendLoss, op: string, cause?: unknown): ManabiError {
  const said = loss.message === '' ? '' : `: ${loss.message.replace(/[.\s]+$/, '')}`;
  const what = loss.reason === 'destroyed' ? 'was destroyed' : 'was lost';
  return new ManabiError(
    'backend',
    `Backend "${name}" ${what}${said}. Tensors on it can no longer be read. Start it again with ` +
      `await setBackend('${name}'), or choose another backend, and restore the tensors from the host or a checkpoint.`,
    { op, data: { backend: name, lost: true, reason: loss.reason }, ...(cause !== undefined && { cause }) },
  );
}

/**
 * Checks that a backend still works.
 *
 * @throws ManabiError `backend` with `lost: true` in its data
 */
export function checkNotLost({ name, loss }: Backend, op: string): void {
  if (loss !== undefined && loss !== null) throw lostError(name, loss, op);
}
