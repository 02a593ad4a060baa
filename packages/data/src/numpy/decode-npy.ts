import { unpickle } from '@manabi/files/internal';
import { type HostArray, hostArray, sizeOf } from '@manabi/ir';
import { decodeElements, type ElementLocation, elementKinds, swapBytes } from './element-kind.ts';
import { corruptNpy, unsupportedElements } from './errors.ts';
import { type NpyHeader, parseNpyHeader } from './npy-header.ts';
import { toRowMajor } from './row-major.ts';

/** Decodes an `.npy` file; the result shares the memory of `bytes` if no conversion is necessary. */
export function decodeNpy(bytes: Uint8Array<ArrayBuffer>, location: ElementLocation): HostArray {
  return decodeElementsOf(bytes, parseNpyHeader(bytes, location), location);
}

/**
 * Decodes an `.npy` file that may contain Python objects: returns a host array for numbers, and a flat list of values for
 * objects, such as lists of integers. Only plain values are read; nothing in the file is executed.
 *
 * @throws FileError `unsupported` for objects other than plain values
 */
export function decodeNpyOrObjects(
  bytes: Uint8Array<ArrayBuffer>,
  location: ElementLocation,
): HostArray | readonly unknown[] {
  const header = parseNpyHeader(bytes, location, true);
  if (header.kind !== 'object') return decodeElementsOf(bytes, header, location);
  const { source, array } = location;
  const name = array === '' ? source : `'${array}' in ${source}`;
  const value = unpickle(bytes.subarray(header.end), name);
  const items = isObjectArray(value) ? value.items : undefined;
  if (items !== undefined && items.length === sizeOf(header.shape)) return items;
  throw corruptNpy(location, `its objects do not match the shape [${header.shape.join(', ')}]`, {
    shape: header.shape,
  });
}

function isObjectArray(value: unknown): value is { readonly items: readonly unknown[] } {
  return typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
}

function decodeElementsOf(bytes: Uint8Array<ArrayBuffer>, header: NpyHeader, location: ElementLocation): HostArray {
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
