import { unpickle } from '@manabi/files/internal';
import { type HostArray, sizeOf } from '@manabi/ir';
import { decodeElementsOf } from './decode-npy.ts';
import type { ElementLocation } from './element-kind.ts';
import { corruptNpy } from './errors.ts';
import { parseNpyHeader } from './npy-header.ts';

/**
 * Decodes an `.npy` file that may contain Python objects: returns a host array for numbers, and a flat list of values for
 * objects, such as lists of integers. Only plain values are read; nothing in the file is executed.
 *
 * @throws FileError `unsupported` for objects other than plain values
 * @example
 * ```ts
 * const lists = (bytes: Uint8Array<ArrayBuffer>) => decodeNpyOrObjects(bytes, { source: 'x.npy', array: '' });
 * ```
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
