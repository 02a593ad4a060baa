import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { decodeElements, type ElementLocation, elementKinds, swapBytes } from './element-kind.ts';
import { corruptNpy, unsupportedElements } from './errors.ts';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';
import { toRowMajor } from './row-major.ts';

/**
 * Decodes an `.npy` file; the result shares the memory of `bytes` if no conversion is necessary.
 *
 * @throws FileError `corrupt` for an invalid file; `unsupported` for elements that are Python objects, strings, complex
 * numbers or records, or integers that do not fit into 32 bits
 * @example
 * ```ts
 * import { decodeNpy } from '@manabi/data/internal';
 * import { encodeNpy, tensor } from 'manabi';
 *
 * const bytes = await encodeNpy(tensor([[1, 2], [3, 4]]));
 * const { dtype, shape } = decodeNpy(bytes, { source: 'x.npy', array: '' });
 * console.log(dtype, shape); // float32 [2, 2]
 * ```
 */
export function decodeNpy(bytes: Uint8Array<ArrayBuffer>, location: ElementLocation): HostArray {
  return decodeElementsOf(bytes, parseNpyHeader(bytes, location), location);
}

/** Decodes the elements behind a header. */
export function decodeElementsOf(
  bytes: Uint8Array<ArrayBuffer>,
  header: NpyHeader,
  location: ElementLocation,
): HostArray {
  const { kind, isBigEndian, isFortran, shape, end } = header;
  if (kind === 'object') throw unsupportedElements(location, 'O');
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
