import type { PooledBuffer } from '../device/buffer-pool.ts';

/** The part of a GPU buffer that stores the value of one slot of a plan during a run. */
export interface Span {
  readonly buffer: PooledBuffer;
  /** Offset in bytes, from the start of the buffer, of the part that shaders bind. */
  readonly offset: number;
  readonly bytes: number;
  /**
   * Index of the slot's first element, counted in elements from `offset`; 0 unless shaders bind a whole array to access
   * a slice.
   */
  readonly start: number;
}

/** Returns the span of the first `bytes` bytes of a buffer, rounded up to whole 32-bit words. */
export const spanOf = (buffer: PooledBuffer, bytes: number): Span => ({
  buffer,
  offset: 0,
  bytes: Math.max(4, 4 * Math.ceil(bytes / 4)),
  start: 0,
});

/**
 * Returns the span of one slice of an array.
 *
 * @param isSliced whether shaders bind the whole array and add the start of the slice to indices
 * @param elements number of elements per slice
 * @param bytes number of bytes per slice, a multiple of 4 unless `isSliced`
 * @param at index of the slice
 */
export function sliceOf(
  span: Span,
  { isSliced, elements, bytes }: { readonly isSliced: boolean; readonly elements: number; readonly bytes: number },
  at: number,
): Span {
  if (isSliced) return { ...span, start: span.start + at * elements };
  return { ...span, offset: span.offset + at * bytes, bytes: Math.max(4, bytes) };
}
