import { ByteSink } from './byte-sink.ts';
import type { HeapText } from './messages.ts';

/** Smallest size of a global heap in bytes. */
const LEAST_BYTES = 4096;
/** Largest number of objects in a global heap, which have 16-bit indices from 1. */
const MOST_TEXTS = 65_535;

/**
 * Encodes texts in global heaps (HDF5 File Format Specification 3.0, III.E).
 *
 * @param address address of the first heap, a multiple of 8
 * @returns the bytes of the heaps, and the location of each text
 */
export function textHeaps(
  texts: readonly string[],
  address: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly locations: readonly HeapText[] } {
  const sink = new ByteSink();
  const locations: HeapText[] = [];
  for (let from = 0; from < texts.length; from += MOST_TEXTS) {
    const encoded = texts.slice(from, from + MOST_TEXTS).map((text) => new TextEncoder().encode(text));
    const used = encoded.reduce((sum, { length }) => sum + 16 + Math.ceil(length / 8) * 8, 16);
    const size = Math.max(LEAST_BYTES, used);
    const start = sink.length;
    sink.text('GCOL').u8(1, 0, 0, 0).u64(size);
    encoded.forEach((text, i) => {
      sink
        .u16(i + 1, 1)
        .u32(0)
        .u64(text.length)
        .bytes(text)
        .align(8);
      locations.push({ length: text.length, heap: address + start, index: i + 1 });
    });
    // The rest of the heap is free space, which becomes object 0 if the header of an object fits.
    if (size - used >= 16)
      sink
        .u16(0, 0)
        .u32(0)
        .u64(size - used);
    sink.bytes(new Uint8Array(start + size - sink.length));
  }
  return { bytes: sink.result(), locations };
}
