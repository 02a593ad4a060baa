import { type DType, dtypes, sizeOf, type TensorType } from '@manabi/ir';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { LateCheck } from './late-check.ts';

/** The GPU memory of a tensor, and how its elements are stored there. */
export interface GpuMemory {
  readonly buffer: PooledBuffer;
  /**
   * Whether four uint8 elements are packed in each 32-bit word, as plans expect of their inputs. Otherwise each element
   * takes a whole word.
   */
  readonly isPacked: boolean;
  /** Index checks of the runs from which the elements were computed. Checks known to have passed may be omitted. */
  checks: readonly LateCheck[];
  /** Number of the upload or run that wrote the elements; see `DeviceErrors`. */
  work: number;
}

/**
 * Returns the number of bytes of a tensor stored with one word per element, or of a float16 tensor with two bytes per
 * element, rounded up to whole words.
 *
 * @param halfBytes number of bytes of a float16
 */
export const wordBytes = ({ dtype, shape }: TensorType, halfBytes: number): number =>
  dtype === 'float16' ? Math.ceil((halfBytes * sizeOf(shape)) / 4) * 4 : 4 * sizeOf(shape);

/** Returns the number of bytes of a uint8 tensor packed four elements to a word, rounded up to whole words. */
export const packedBytes = ({ shape }: TensorType): number => 4 * Math.ceil(sizeOf(shape) / 4);

/** Whether a dtype has elements of one byte, each of which the GPU stores in a whole 32-bit word. */
export const isByte = (dtype: DType): boolean => dtypes[dtype].bytes === 1;
