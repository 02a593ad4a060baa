import type { DType, HostArray, Tensor } from '@manabi/core';
import { bytesOfElements, decodeNpy, npyHeader } from '@manabi/data/internal';
import { optional, readOptions, signal } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import { joinedBytes } from '@manabi/files/internal';
import { toHostArrays } from '../elements/host-arrays.ts';
import {
  type Destination,
  readSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  sourceName,
  writeTo,
} from '../stores/index.ts';

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
 * ```ts node-only
 * import { readNpy, tensor, writeNpy } from 'manabi';
 *
 * await writeNpy('x.npy', tensor([[1, 2], [3, 4]]));
 * const x = await readNpy('x.npy');
 * console.log(x.shape); // [2, 2]
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
 * ```ts node-only
 * import { readNpy, tensor, writeNpy } from 'manabi';
 *
 * await writeNpy('predictions.npy', tensor([0.25, 0.75])); // numpy.load('predictions.npy') reads it
 * const { data } = await readNpy('predictions.npy');
 * console.log(data); // Float32Array [0.25, 0.75]
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
 * @throws ManabiError `argument` unless `array` is a tensor or a host array; the errors of `Tensor.data`
 * @example
 * ```ts
 * import { encodeNpy, readNpy, tensor } from 'manabi';
 *
 * const bytes = await encodeNpy(tensor([1, 2, 3]));
 * console.log((await readNpy(bytes)).shape); // [3]
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
