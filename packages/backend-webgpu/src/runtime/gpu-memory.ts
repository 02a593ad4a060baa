import { type DType, dtypes, sizeOf, type TensorType } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { LateCheck } from './late-check.ts';

/** The memory of a tensor on the GPU. */
export interface GpuMemory {
  readonly buffer: PooledBuffer;
  /** Whether uint8 elements are packed four to a word, as plans expect their inputs. Otherwise each takes a word. */
  readonly isPacked: boolean;
  /** Checks of the runs that the elements depend on, unless known to have passed. */
  checks: readonly LateCheck[];
}

/** Returns the number of bytes of a tensor stored with one word per element. */
export const wordBytes = ({ shape }: TensorType): number => 4 * sizeOf(shape);

/** Returns the number of bytes of a uint8 tensor packed four elements to a word, rounded up to whole words. */
export const packedBytes = ({ shape }: TensorType): number => 4 * Math.ceil(sizeOf(shape) / 4);

/** Whether elements of a dtype have one byte, but are stored in a whole word. */
export const isByte = (dtype: DType): boolean => dtypes[dtype].bytes === 1;
