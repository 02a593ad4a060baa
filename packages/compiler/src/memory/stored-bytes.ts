import { dtypes, sizeOf, type TensorType } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/** The size of a packed input is rounded up to 32-bit words, because shaders bind whole words. */
const WORD = 4;

/**
 * Returns the number of bytes of a value in the memory of the target; `isPacked` means that it is a packed input (see
 * `Slot`).
 */
export function storedBytes({ bytesOf }: PlanTarget, { dtype, shape }: TensorType, isPacked = false): number {
  const elements = sizeOf(shape);
  if (isPacked) return Math.ceil((elements * dtypes[dtype].bytes) / WORD) * WORD;
  return elements * (bytesOf[dtype] ?? dtypes[dtype].bytes);
}
