import { ManabiError, type TensorType } from '@manabi/ir';
import type { Origin } from './value.ts';

/** The error for a value that was given away. */
export function goneError(reason: 'donated' | 'disposed', by: string, type: TensorType, op: string): ManabiError {
  const shape = `${type.dtype}[${type.shape.join(', ')}]`;
  const message =
    reason === 'donated'
      ? `A tensor ${shape} was donated to ${by}, which reused its memory, so it is gone. Go on with what ${by} ` +
        'returned, or pass clone(tensor) to keep the original.'
      : `A tensor ${shape} was disposed of and is gone. Call dispose() after its last use.`;
  return new ManabiError(reason, message, { op, data: { by, dtype: type.dtype, shape: type.shape } });
}

/**
 * Checks that a value has elements, or will have.
 *
 * @throws ManabiError `donated` or `disposed` if it was given away; the error of the run that was to compute it
 */
export function checkExists(
  { origin, type }: { readonly origin: Origin; readonly type: TensorType },
  op: string,
): void {
  if (origin.kind === 'gone') throw goneError(origin.reason, origin.by, type, op);
  if (origin.kind === 'failed') throw origin.error;
}
