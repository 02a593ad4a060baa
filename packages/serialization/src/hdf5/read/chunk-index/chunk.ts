import type { Reader } from '../reader.ts';

/** A stored chunk. */
export interface Chunk {
  /** Which chunk it is, along each axis. */
  readonly position: readonly number[];
  readonly address: number;
  /** Bytes in the file. */
  readonly length: number;
  /** Bits of filters that were left out. */
  readonly mask: number;
}

/** The grid of chunks that a dataset has. */
export interface Grid {
  /** The dataset, for messages. */
  readonly place: string;
  /** Lengths of a chunk. */
  readonly chunk: readonly number[];
  /** Number of chunks along each axis. */
  readonly counts: readonly number[];
  /** What these may become; null for any number. */
  readonly maxCounts: readonly (number | null)[];
  /** Bytes of an unpacked chunk. */
  readonly chunkSize: number;
  readonly isFiltered: boolean;
}

/** Bytes of the filter mask of a packed chunk. */
const MASK_BYTES = 4;

/**
 * Reads an element of an array of chunks: an address, and of packed chunks the length and the mask. Null for a chunk that
 * was never written.
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

/** By how much the number of a chunk grows along each axis, where the last axis moves fastest. */
export function stridesOf(counts: readonly number[]): readonly number[] {
  const strides = counts.map(() => 1);
  for (let axis = counts.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * counts[axis + 1];
  return strides;
}

/** The position of the chunk of a number. */
export function positionOf(number: number, strides: readonly number[]): readonly number[] {
  let rest = number;
  return strides.map((stride) => {
    const at = Math.floor(rest / stride);
    rest -= at * stride;
    return at;
  });
}
