import { type DType, dtypes, sizeOf, type TensorType } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { LateCheck } from './late-check.ts';

/** The memory of a tensor on the GPU. */
export interface GpuMemory {
  readonly buffer: PooledBuffer;
  /** Whether uint8 elements lie packed, four to a word, as plans expect their inputs; otherwise each takes a word. */
  readonly isPacked: boolean;
  /** Checks of the runs that the elements depend on, as far as their outcome is unknown. */
  checks: readonly LateCheck[];
}

/** Returns the bytes of a type with one word per element. */
export const wordBytes = ({ shape }: TensorType): number => 4 * sizeOf(shape);

/** Returns the bytes of packed elements, in whole words. */
export const packedBytes = ({ shape }: TensorType): number => 4 * Math.ceil(sizeOf(shape) / 4);

/** Returns whether elements of a dtype are smaller than the word that they take. */
export const isByte = (dtype: DType): boolean => dtypes[dtype].bytes === 1;
