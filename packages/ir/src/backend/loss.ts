import { ManabiError } from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import type { Backend, BackendLoss } from './backend.ts';

/**
 * Creates the error for calling a function of a backend that was lost, such as a GPU device that the system has reset.
 *
 * @param loss why the backend stopped working
 * @param cause the original error, if the backend was lost while the function ran
 * @example
 * ```ts
 * import { lostError } from '@manabi/ir';
 *
 * const result = lostError('webgpu', { reason: 'destroyed', message: '' }, 'run').data;
 * console.log(result); // { backend: 'webgpu', lost: true, reason: 'destroyed' }
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
 * Throws if a backend was lost.
 *
 * @throws ManabiError `backend` with `lost: true` and `inputsKept: true` in its data
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { checkNotLost } from '@manabi/ir';
 *
 * const backend = createCpuBackend();
 * checkNotLost(backend, 'run');
 * checkNotLost({ ...backend, name: 'gpu', loss: { reason: 'unknown', message: 'Out of power.' } }, 'run'); // throws 'backend'
 * ```
 */
export function checkNotLost({ name, loss }: Backend, op: string): void {
  if (loss) throw withData(lostError(name, loss, op), { inputsKept: true });
}
