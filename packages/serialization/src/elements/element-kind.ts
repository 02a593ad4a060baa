import type { DType, ElementArray } from '@manabi/core';
import { FileError } from '@manabi/files';
import { fromBfloat16, fromFloat16 } from './half.ts';

/** Where elements come from, for messages. */
export interface ElementPlace {
  /** The file. */
  readonly source: string;
  /** The array in it: a tensor's or an entry's name. */
  readonly array: string;
}

/** How elements in a file become elements here. */
interface ElementFacts {
  /** Bytes of an element. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** What they are here: narrow types become wider ones, exactly; 64-bit integers become 32-bit ones, if they fit. */
  readonly dtype: DType;
  /** @param buffer elements in little-endian order, from `offset` on, which is a multiple of their size */
  decode(buffer: ArrayBuffer, offset: number, length: number, place: ElementPlace): ElementArray;
}

/** The element types that files have, named as NumPy names them. */
export const elementKinds = {
  float64: { bytes: 8, dtype: 'float64', decode: (buffer, offset, n) => new Float64Array(buffer, offset, n) },
  float32: { bytes: 4, dtype: 'float32', decode: (buffer, offset, n) => new Float32Array(buffer, offset, n) },
  float16: {
    bytes: 2,
    dtype: 'float32',
    decode: (buffer, offset, n) => fromFloat16(new Uint16Array(buffer, offset, n)),
  },
  bfloat16: {
    bytes: 2,
    dtype: 'float32',
    decode: (buffer, offset, n) => fromBfloat16(new Uint16Array(buffer, offset, n)),
  },
  int64: {
    bytes: 8,
    dtype: 'int32',
    decode: (buffer, offset, n, place) => narrowed(new BigInt64Array(buffer, offset, n), new Int32Array(n), place),
  },
  int32: { bytes: 4, dtype: 'int32', decode: (buffer, offset, n) => new Int32Array(buffer, offset, n) },
  int16: {
    bytes: 2,
    dtype: 'int32',
    decode: (buffer, offset, n) => Int32Array.from(new Int16Array(buffer, offset, n)),
  },
  int8: { bytes: 1, dtype: 'int32', decode: (buffer, offset, n) => Int32Array.from(new Int8Array(buffer, offset, n)) },
  uint64: {
    bytes: 8,
    dtype: 'uint32',
    decode: (buffer, offset, n, place) => narrowed(new BigUint64Array(buffer, offset, n), new Uint32Array(n), place),
  },
  uint32: { bytes: 4, dtype: 'uint32', decode: (buffer, offset, n) => new Uint32Array(buffer, offset, n) },
  uint16: {
    bytes: 2,
    dtype: 'uint32',
    decode: (buffer, offset, n) => Uint32Array.from(new Uint16Array(buffer, offset, n)),
  },
  uint8: { bytes: 1, dtype: 'uint8', decode: (buffer, offset, n) => new Uint8Array(buffer, offset, n) },
  bool: { bytes: 1, dtype: 'bool', decode: (buffer, offset, n) => truths(new Uint8Array(buffer, offset, n)) },
} as const satisfies Record<string, ElementFacts>;

/** Name of an element type of files. */
export type ElementKind = keyof typeof elementKinds;

/**
 * Elements from their bytes in little-endian order. They share the bytes' memory where nothing has to be changed.
 *
 * @param bytes as many as the elements have
 * @throws FileError `unsupported` for a 64-bit integer that does not fit into 32 bits, with its place
 */
export function decodeElements(kind: ElementKind, bytes: Uint8Array<ArrayBuffer>, place: ElementPlace): ElementArray {
  const { bytes: size, decode } = elementKinds[kind];
  const isAligned = bytes.byteOffset % size === 0;
  const { buffer, byteOffset } = isAligned ? bytes : bytes.slice();
  return decode(buffer, byteOffset, bytes.length / size, place);
}

/** The bytes of elements in memory, not copied. */
export function bytesOfElements({ buffer, byteOffset, byteLength }: ElementArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Turns the bytes of each element round, in place: from big-endian order to little-endian. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function narrowed<T extends Int32Array | Uint32Array>(
  wide: BigInt64Array | BigUint64Array,
  narrow: T,
  { source, array }: ElementPlace,
): T {
  const kind = narrow instanceof Int32Array ? 'int32' : 'uint32';
  for (let i = 0; i < wide.length; i++) {
    const value = Number(wide[i]);
    narrow[i] = value;
    if (narrow[i] === value) continue;
    throw new FileError(
      'unsupported',
      `'${array}' in ${source} holds ${wide[i]} at element ${i}, which is beyond ${kind}: 64-bit integers are read where ` +
        'they fit into 32 bits.',
      { data: { source, array, index: i, value: wide[i], dtype: kind } },
    );
  }
  return narrow;
}

/** Bytes as truth values: whatever is not 0 is true. */
function truths(bytes: Uint8Array): Uint8Array {
  return bytes.every((byte) => byte < 2) ? bytes : bytes.map((byte) => (byte === 0 ? 0 : 1));
}
