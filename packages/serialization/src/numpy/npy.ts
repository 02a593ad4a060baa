import { type DType, type HostArray, hostArray, type Shape, type Tensor } from '@manabi/core';
import { optional, readOptions, signal } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import {
  bytesOfElements,
  decodeElements,
  type ElementPlace,
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

/** What each of our element types is in a file. */
const descrs: { readonly [D in DType]: string } = {
  float32: '<f4',
  float64: '<f8',
  int32: '<i4',
  uint32: '<u4',
  uint8: '|u1',
  bool: '|b1',
};

/**
 * Reads an array that NumPy saved: versions 1 to 3 of the format, numbers and truth values of either byte order, in row-
 * or column-major order; the array is row-major. float16 and narrow integers become wider, exactly; 64-bit integers
 * become int32 and uint32.
 *
 * @throws FileError `corrupt` if it breaks the rules of the format; `unsupported` for Python objects, texts, complex
 * numbers and records, and for integers beyond 32 bits; as `readBytes` of `@manabi/files`
 * @example `const images = await readNpy('images.npy');`
 */
export async function readNpy(source: Source, options: SourceOptions = {}): Promise<HostArray> {
  readOptions('readNpy', options, sourceKinds);
  return decodeNpy(await readSource(source, options), { source: sourceName(source), array: '' });
}

/**
 * Writes an array as NumPy does: `numpy.load` reads it.
 *
 * @throws FileError as a destination does; the old file then stays
 * @example `await writeNpy('predictions.npy', await model.predict(images));`
 */
export async function writeNpy(
  destination: Destination,
  array: HostArray | Tensor,
  options: WriteOptions = {},
): Promise<void> {
  readOptions('writeNpy', options, { signal: optional(signal) });
  return writeTo(destination, await bytesOf('writeNpy', array), options);
}

/** The bytes of an array file, as `writeNpy` writes them. */
export async function encodeNpy(array: HostArray | Tensor): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf('encodeNpy', array);
}

async function bytesOf(op: string, array: HostArray | Tensor): Promise<Uint8Array<ArrayBuffer>> {
  const [host] = (await toHostArrays(op, 'array', { array })).values();
  return joinedBytes(npyPieces(host));
}

/** Header and elements of an array file; the elements are the array's own memory. */
export function npyPieces({ dtype, shape, data }: HostArray): Uint8Array[] {
  return [npyHeader(descrs[dtype], shape), bytesOfElements(data)];
}

/** The array in the bytes of an array file; it shares their memory where nothing has to be changed. */
export function decodeNpy(bytes: Uint8Array<ArrayBuffer>, place: ElementPlace): HostArray {
  const { kind, isBigEndian, isFortran, shape, end } = parseNpyHeader(bytes, place);
  const size = elementKinds[kind].bytes;
  const expected = sizeOf(shape) * size;
  if (bytes.length - end !== expected) {
    const problem = `${kind}[${shape.join(', ')}] takes ${expected} bytes, and there are ${bytes.length - end}`;
    throw corruptNpy(place, problem, { shape, expected, bytes: bytes.length - end });
  }
  const elements = isBigEndian ? bytes.slice(end) : bytes.subarray(end);
  if (isBigEndian) swapBytes(elements, size);
  const { dtype } = elementKinds[kind];
  const array = hostArray(dtype, shape, decodeElements(kind, elements, place));
  return isFortran ? toRowMajor(array) : array;
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}
