import type { PooledBuffer } from '../device/buffer-pool.ts';

/** The part of a buffer that holds the value of a slot during a run. */
export interface Span {
  readonly buffer: PooledBuffer;
  /** Offset in bytes of the part that shaders bind. */
  readonly offset: number;
  readonly bytes: number;
  /** Index of the first element of the slot, relative to `offset`. Shaders add it to the indices of sliced slots. */
  readonly start: number;
}

/** Returns a span at the start of a buffer for a value of `bytes` bytes, rounded up to whole words. */
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
 * @param at index of the slice
 */
export function sliceOf(span: Span, isSliced: boolean, elements: number, at: number): Span {
  if (isSliced) return { ...span, start: span.start + at * elements };
  return { ...span, offset: span.offset + 4 * at * elements, bytes: Math.max(4, 4 * elements) };
}
