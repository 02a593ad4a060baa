import { type BindingLimits, windowAlignment, windowBytes } from '../shaders/windows/divide.ts';
import type { Range } from '../shaders/windows/range.ts';
import type { Span } from './span.ts';

/** Vectors of four 32-bit elements take this number of bytes. */
const VECTOR_BYTES = 16;

/**
 * Returns the part of a span that contains some bytes, counted from the start of its slot; `high` is exclusive. The part
 * starts at an offset that can be bound, and ends with a complete vector.
 *
 * @param elementBytes size of the elements that `start` counts
 */
export function windowOf(span: Span, { low, high }: Range, elementBytes: number, limits: BindingLimits): Span {
  const alignment = windowAlignment(limits);
  const first = span.offset + span.start * elementBytes;
  const offset = Math.floor((first + low) / alignment) * alignment;
  const end = Math.min(Math.ceil((first + high) / VECTOR_BYTES) * VECTOR_BYTES, span.offset + span.bytes);
  return { buffer: span.buffer, offset, bytes: Math.max(4, end - offset), start: (first - offset) / elementBytes };
}

/**
 * Returns the ranges of elements that a shader copies one after the other.
 *
 * @param elementBytes size of an element; null if all elements can be bound at once
 */
export function copyParts(elements: number, elementBytes: number | null, limits: BindingLimits): readonly Range[] {
  if (elementBytes === null) return elements === 0 ? [] : [{ low: 0, high: elements - 1 }];
  const slack = windowAlignment(limits) + VECTOR_BYTES;
  const most = Math.max(1, Math.floor((windowBytes(limits) - slack) / elementBytes));
  return Array.from({ length: Math.ceil(elements / most) }, (_, i) => ({
    low: i * most,
    high: Math.min(elements, (i + 1) * most) - 1,
  }));
}
