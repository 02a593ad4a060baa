import { type DType, type HostArray, hostArray, type Shape, type Tensor } from '@manabi/core';
import { optional, readOptions, signal } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import {
  bytesOfElements,
  decodeElements,
  type ElementLocation,
  elementKinds,
  swapBytes,
} from '../elements/element-kind.ts';
import { toHostArrays } from '../elements/host-arrays.ts';
import { joinedBytes } from '../joined-bytes.ts';
import {
  type Destination,
  readSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  sourceName,
  writeTo,
} from '../stores/index.ts';
import { corruptNpy } from './errors.ts';
import { npyHeader, parseNpyHeader } from './npy-header.ts';
import { toRowMajor } from './row-major.ts';

/** NumPy's type code of each dtype. */
const descrs: { readonly [D in DType]: string } = {
  float32: '<f4',
  float64: '<f8',
  float16: '<f2',
  int32: '<i4',
  uint32: '<u4',
  uint8: '|u1',
  bool: '|b1',
};

/**
 * Reads an array from an `.npy` file of NumPy. Supports versions 1 to 3 of the format, numbers and booleans in either
 * byte order, and row-major and column-major arrays. The result is row-major. float16 and narrow integers are widened
 * exactly; 64-bit integers become int32 or uint32.
 *
 * @throws FileError `corrupt` for an invalid file; `unsupported` for elements that are Python objects, strings, complex
 * numbers or records, or integers that do not fit into 32 bits; the codes of `readBytes` of `@manabi/files`
 * @example
 * ```ts
 * await writeNpy('x.npy', tensor([[1, 2], [3, 4]]));
 * const x = await readNpy('x.npy');
 * x.shape; // => [2, 2]
 * ```
 */
export async function readNpy(source: Source, options: SourceOptions = {}): Promise<HostArray> {
  readOptions('readNpy', options, sourceKinds);
  return decodeNpy(await readSource(source, options), { source: sourceName(source), array: '' });
}

/**
 * Writes an array to an `.npy` file, which `numpy.load` reads.
 *
 * @throws FileError `notFound`, `permission`, `noSpace`, … of the destination; the old file is then unchanged
 * @example
 * ```ts
 * await writeNpy('predictions.npy', tensor([0.1, 0.9]));
 * ```
 */
export async function writeNpy(
  destination: Destination,
  array: HostArray | Tensor,
  options: WriteOptions = {},
): Promise<void> {
  readOptions('writeNpy', options, { signal: optional(signal) });
  return writeTo(destination, await bytesOf('writeNpy', array), options);
}

/**
 * Encodes an array as an `.npy` file and returns the bytes that `writeNpy` would write.
 *
 * @example
 * ```ts
 * const bytes = await encodeNpy(tensor([1, 2, 3]));
 * (await readNpy(bytes)).shape; // => [3]
 * ```
 */
export async function encodeNpy(array: HostArray | Tensor): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf('encodeNpy', array);
}

async function bytesOf(op: string, array: HostArray | Tensor): Promise<Uint8Array<ArrayBuffer>> {
  const [host] = (await toHostArrays(op, 'array', { array })).values();
  return joinedBytes(npyPieces(host));
}

/** Returns the header and elements of an `.npy` file; the elements share the array's memory, except float16. */
export function npyPieces({ dtype, shape, data }: HostArray): Uint8Array[] {
  return [npyHeader(descrs[dtype], shape), bytesOfElements(dtype, data)];
}

/** Decodes an `.npy` file; the result shares the memory of `bytes` if no conversion is necessary. */
export function decodeNpy(bytes: Uint8Array<ArrayBuffer>, location: ElementLocation): HostArray {
  const { kind, isBigEndian, isFortran, shape, end } = parseNpyHeader(bytes, location);
  const size = elementKinds[kind].bytes;
  const expected = sizeOf(shape) * size;
  if (bytes.length - end !== expected) {
    const problem = `${kind}[${shape.join(', ')}] takes ${expected} bytes after the header, got ${bytes.length - end}`;
    throw corruptNpy(location, problem, { shape, expected, bytes: bytes.length - end });
  }
  const elements = isBigEndian ? bytes.slice(end) : bytes.subarray(end);
  if (isBigEndian) swapBytes(elements, size);
  const { dtype } = elementKinds[kind];
  const array = hostArray(dtype, shape, decodeElements(kind, elements, location));
  return isFortran ? toRowMajor(array) : array;
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
