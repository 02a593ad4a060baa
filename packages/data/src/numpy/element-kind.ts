import { FileError } from '@manabi/files';
import type { DType, ElementArray } from '@manabi/ir';
import { float16ToFloat32, float32ToFloat16 } from '@manabi/ir';
import { fromBfloat16 } from './half.ts';

/** File and array that contain the elements, for error messages. */
export interface ElementLocation {
  /** Name of the file. */
  readonly source: string;
  /** Name of the array in the file: a tensor, an entry or a dataset; empty if the file is one array. */
  readonly array: string;
}

/** Element type of a file format: its size, its dtype after reading, and its decoder. */
interface ElementFacts {
  /** Size of an element in bytes. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** Dtype after reading: narrow types are widened exactly; 64-bit integers become 32-bit integers if they fit. */
  readonly dtype: DType;
  /**
   * Decodes elements from a buffer.
   *
   * @param buffer elements in little-endian order from `offset`, a multiple of their size
   */
  decode(buffer: ArrayBuffer, offset: number, length: number, location: ElementLocation): ElementArray;
}

/** Element types that files contain, by NumPy's name. */
export const elementKinds = {
  float64: { bytes: 8, dtype: 'float64', decode: (buffer, offset, n) => new Float64Array(buffer, offset, n) },
  float32: { bytes: 4, dtype: 'float32', decode: (buffer, offset, n) => new Float32Array(buffer, offset, n) },
  float16: {
    bytes: 2,
    dtype: 'float32',
    decode: (buffer, offset, n) => float16ToFloat32(new Uint16Array(buffer, offset, n)),
  },
  bfloat16: {
    bytes: 2,
    dtype: 'float32',
    decode: (buffer, offset, n) => fromBfloat16(new Uint16Array(buffer, offset, n)),
  },
  int64: {
    bytes: 8,
    dtype: 'int32',
    decode: (buffer, offset, n, location) =>
      narrowed(new BigInt64Array(buffer, offset, n), new Int32Array(n), location),
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
    decode: (buffer, offset, n, location) =>
      narrowed(new BigUint64Array(buffer, offset, n), new Uint32Array(n), location),
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

/** NumPy's name of an element type that files contain. */
export type ElementKind = keyof typeof elementKinds;

/**
 * Decodes elements from bytes in little-endian order. The result shares the memory of `bytes` if no conversion is necessary.
 *
 * @param bytes the bytes of all elements
 * @throws FileError `unsupported` for a 64-bit integer that does not fit into 32 bits, with its index
 * @example
 * ```ts
 * import { decodeElements } from '@manabi/data/internal';
 *
 * console.log(decodeElements('int16', new Uint8Array(4), { source: 'x.npy', array: '' }).length); // 2
 * ```
 */
export function decodeElements(
  kind: ElementKind,
  bytes: Uint8Array<ArrayBuffer>,
  location: ElementLocation,
): ElementArray {
  const { bytes: size, decode } = elementKinds[kind];
  const isAligned = bytes.byteOffset % size === 0;
  const { buffer, byteOffset } = isAligned ? bytes : bytes.slice();
  return decode(buffer, byteOffset, bytes.length / size, location);
}

/**
 * Returns the bytes of elements as files contain them: a view, or the bits of float16 numbers.
 *
 * @example
 * ```ts
 * import { bytesOfElements } from '@manabi/data/internal';
 *
 * console.log(bytesOfElements('float32', Float32Array.of(1)).length); // 4
 * ```
 */
export function bytesOfElements(dtype: DType, elements: ElementArray): Uint8Array {
  const stored = dtype === 'float16' ? float32ToFloat16(Float32Array.from(elements)) : elements;
  const { buffer, byteOffset, byteLength } = stored;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Reverses the bytes of each element in place, which converts big-endian elements to little-endian ones.
 *
 * @example
 * ```ts
 * import { swapBytes } from '@manabi/data/internal';
 *
 * const bytes = Uint8Array.of(1, 2, 3, 4);
 * swapBytes(bytes, 2);
 * console.log([...bytes]); // [2, 1, 4, 3]
 * ```
 */
export function swapBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at + size <= bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

function narrowed<T extends Int32Array | Uint32Array>(
  wide: BigInt64Array | BigUint64Array,
  narrow: T,
  { source, array }: ElementLocation,
): T {
  const kind = narrow instanceof Int32Array ? 'int32' : 'uint32';
  for (let i = 0; i < wide.length; i++) {
    const value = Number(wide[i]);
    narrow[i] = value;
    if (narrow[i] === value) continue;
    const where = array === '' ? source : `'${array}' in ${source}`;
    throw new FileError(
      'unsupported',
      `Element ${i} of ${where} does not fit into ${kind}: ${wide[i]}. 64-bit integers are read as ` +
        `${kind}; save the array as float64 or with smaller values.`,
      { data: { source, array, index: i, value: wide[i], dtype: kind } },
    );
  }
  return narrow;
}

/** Converts bytes to elements of dtype bool: nonzero bytes become 1. */
function truths(bytes: Uint8Array): Uint8Array {
  return bytes.every((byte) => byte < 2) ? bytes : bytes.map((byte) => (byte === 0 ? 0 : 1));
}
