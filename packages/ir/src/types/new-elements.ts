import { ManabiError } from '@manabi/errors';
import { dtypes, type ElementArray } from './dtype.ts';
import { formatType, sizeOf, type TensorType } from './shape.ts';

/**
 * Allocates zeroed elements in host memory.
 *
 * @throws ManabiError `memory` if the host cannot hold them
 * @example `newElements('linspace', { dtype: 'float32', shape: [50] })`
 */
export function newElements(op: string, type: TensorType): ElementArray {
  try {
    return dtypes[type.dtype].create(sizeOf(type.shape));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const bytes = sizeOf(type.shape) * dtypes[type.dtype].bytes;
    throw new ManabiError('memory', `${formatType(type)} takes ${bytes} bytes, which cannot be allocated.`, {
      op,
      data: { dtype: type.dtype, shape: type.shape, bytes },
      cause,
    });
  }
}
