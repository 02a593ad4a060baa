import { ManabiError } from '@manabi/errors';
import { dtypes, type ElementArray } from './dtype.ts';
import { formatType, sizeOf, type TensorType } from './shape.ts';

/**
 * Allocates zeroed elements in host memory.
 *
 * @param op name of the calling function, for the error message
 * @throws ManabiError `memory` if there is not enough memory
 * @example
 * ```ts
 * import { newElements } from '@manabi/ir';
 *
 * console.log(newElements('linspace', { dtype: 'float32', shape: [5, 10] }).length); // 50
 * ```
 */
export function newElements(op: string, type: TensorType): ElementArray {
  try {
    return dtypes[type.dtype].create(sizeOf(type.shape));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const bytes = sizeOf(type.shape) * dtypes[type.dtype].bytes;
    throw new ManabiError(
      'memory',
      `Tensor ${formatType(type)} needs ${bytes} bytes, which cannot be allocated. Reduce the shape.`,
      {
        op,
        data: { dtype: type.dtype, shape: type.shape, bytes },
        cause,
      },
    );
  }
}
