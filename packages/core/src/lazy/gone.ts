import { ManabiError, type TensorType } from '@manabi/ir';
import type { Origin } from './value.ts';

/** Creates the error for the use of a donated or disposed tensor. */
export function goneError(reason: 'donated' | 'disposed', by: string, type: TensorType, op: string): ManabiError {
  const shape = `${type.dtype}[${type.shape.join(', ')}]`;
  const message =
    reason === 'donated'
      ? `A tensor ${shape} was donated to ${by}, which reused its memory. Use the tensors that ${by} returned, or pass ` +
        'clone(tensor) to keep the original.'
      : `A tensor ${shape} was disposed of. Call dispose() only after its last use.`;
  return new ManabiError(reason, message, { op, data: { by, dtype: type.dtype, shape: type.shape } });
}

/**
 * Throws if a value was donated or disposed of, or if computing it failed.
 *
 * @throws ManabiError `donated` or `disposed`; for a failed value, the error of its run
 */
export function checkExists(
  { origin, type }: { readonly origin: Origin; readonly type: TensorType },
  op: string,
): void {
  if (origin.kind === 'gone') throw goneError(origin.reason, origin.by, type, op);
  if (origin.kind === 'failed') throw origin.error;
}
