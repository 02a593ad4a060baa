import type { Reader } from '../reader.ts';

/** A stored chunk of a dataset. */
export interface Chunk {
  /** Position of the chunk in the grid of chunks: an index per axis. */
  readonly position: readonly number[];
  readonly address: number;
  /** Size of the chunk in the file in bytes. */
  readonly length: number;
  /** Bit mask of the filters that were not applied to the chunk: bit i stands for filter i. */
  readonly mask: number;
}

/** Grid of the chunks of a dataset. */
export interface Grid {
  /** Path of the dataset, for messages. */
  readonly path: string;
  /** Shape of a chunk. */
  readonly chunk: readonly number[];
  /** Number of chunks along each axis. */
  readonly counts: readonly number[];
  /** Largest number of chunks along each axis; null for unlimited. */
  readonly maxCounts: readonly (number | null)[];
  /** Size of a decompressed chunk in bytes. */
  readonly chunkSize: number;
  readonly isFiltered: boolean;
}

/** Size in bytes of the filter mask of a compressed chunk. */
const MASK_BYTES = 4;

/**
 * Reads the entry of one chunk in a fixed or extensible array: its address and, if it is compressed, its length and
 * filter mask. Returns null for a chunk that was never written.
 */
export function readElement(
  element: Reader,
  { chunkSize, isFiltered }: Grid,
): Pick<Chunk, 'address' | 'length' | 'mask'> | null {
  const address = element.address();
  const length = isFiltered ? element.unsigned(Math.max(0, element.left - MASK_BYTES)) : chunkSize;
  const mask = isFiltered ? element.u32() : 0;
  return address === null ? null : { address, length, mask };
}

/**
 * Returns the strides for numbering the chunks of a grid in row-major order: the difference between the numbers of
 * adjacent chunks along each axis.
 */
export function stridesOf(counts: readonly number[]): readonly number[] {
  const strides = counts.map(() => 1);
  for (let axis = counts.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * counts[axis + 1];
  return strides;
}

/** Returns the position of a chunk in the grid from its number. */
export function positionOf(number: number, strides: readonly number[]): readonly number[] {
  let rest = number;
  return strides.map((stride) => {
    const at = Math.floor(rest / stride);
    rest -= at * stride;
    return at;
  });
}
