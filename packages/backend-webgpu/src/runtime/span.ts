import type { PooledBuffer } from '../device/buffer-pool.ts';

/** The part of a buffer that stands for a slot while a plan runs. */
export interface Span {
  readonly buffer: PooledBuffer;
  /** Where the part begins that shaders bind, in bytes. */
  readonly offset: number;
  readonly bytes: number;
  /** The first element of the slot, counted from `offset`; shaders add it to indices of slots that are sliced. */
  readonly start: number;
}

/** Returns the span of a whole buffer, as far as a value of this many bytes takes it. */
export const spanOf = (buffer: PooledBuffer, bytes: number): Span => ({
  buffer,
  offset: 0,
  bytes: Math.max(4, 4 * Math.ceil(bytes / 4)),
  start: 0,
});

/**
 * Returns the span of a slice.
 *
 * @param isSliced whether the slot of the slice is bound with the whole array
 * @param elements elements of one slice
 * @param at which slice
 */
export function sliceOf(span: Span, isSliced: boolean, elements: number, at: number): Span {
  if (isSliced) return { ...span, start: span.start + at * elements };
  return { ...span, offset: span.offset + 4 * at * elements, bytes: Math.max(4, 4 * elements) };
}
