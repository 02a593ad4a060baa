import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import type { Backend, BackendLoss } from './backend.ts';

/**
 * Creates the error of a call on a backend that was lost.
 *
 * @param loss reason for the loss
 * @param cause error of the call, if the backend was lost during the call
 * @example
 * ```ts
 * lostError('webgpu', { reason: 'destroyed', message: '' }, 'run').data; // => { backend: 'webgpu', lost: true, reason: 'destroyed' }
 * ```
 */
export function lostError(name: string, loss: BackendLoss, op: string, cause?: unknown): ManabiError {
  const { reason, message } = loss;
  return new ManabiError(
    'backend',
    `Backend "${name}" was ${reason === 'destroyed' ? reason : 'lost'}${message && `: ${message.replace(/\.$/, '')}`}. Its ` +
      `tensors are lost: restore them from a checkpoint, on a new backend (await setBackend('${name}')) or on another one.`,
    { op, data: { backend: name, lost: true, reason }, cause },
  );
}

/**
 * Checks that a backend was not lost.
 *
 * @throws ManabiError `backend` with `lost: true` and `inputsKept: true` in its data
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * const backend = createCpuBackend();
 * checkNotLost(backend, 'run');
 * checkNotLost({ ...backend, name: 'gpu', loss: { reason: 'unknown', message: 'Out of power.' } }, 'run'); // throws 'backend'
 * ```
 */
export function checkNotLost({ name, loss }: Backend, op: string): void {
  if (loss) throw withData(lostError(name, loss, op), { inputsKept: true });
}
