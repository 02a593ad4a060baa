import { dtypes, sizeOf, type TensorType } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/** Packed inputs are bound in whole words. */
const WORD = 4;

/** Returns the bytes of a value as the target stores it, or as a packed input. */
export function storedBytes({ bytesOf }: PlanTarget, { dtype, shape }: TensorType, isPacked = false): number {
  const elements = sizeOf(shape);
  if (isPacked) return Math.ceil((elements * dtypes[dtype].bytes) / WORD) * WORD;
  return elements * (bytesOf[dtype] ?? dtypes[dtype].bytes);
}
