import { type HostArray, sizeOf } from '@manabi/ir';
import { decodeElementsOf } from './decode-npy.ts';
import type { ElementLocation } from './element-kind.ts';
import { corruptNpy } from './errors.ts';
import { parseNpyHeader } from './npy-header.ts';

/**
 * Decodes an `.npy` file that may contain Python objects: returns a host array for numbers, and a flat list of values for
 * objects, such as lists of integers.
 *
 * @param unpickle reads a pickle of plain values, such as `unpickle` of `@manabi/files/pickle`. It is an argument so that
 * pages that read only numbers do not download it.
 * @throws FileError `unsupported` for objects other than plain values
 * @example
 * ```ts
 * import { decodeNpyOrObjects } from '@manabi/data/internal';
 * import { unpickle } from '@manabi/files/pickle';
 * import { encodeNpy, tensor } from 'manabi';
 *
 * const numbers = await encodeNpy(tensor([1, 2])); // of an array of Python objects, the result would be their list
 * const result = decodeNpyOrObjects(numbers, { source: 'x.npy', array: '' }, unpickle);
 * console.log('data' in result ? result.data : result); // Float32Array [1, 2]
 * ```
 */
export function decodeNpyOrObjects(
  bytes: Uint8Array<ArrayBuffer>,
  location: ElementLocation,
  unpickle: (bytes: Uint8Array, source: string) => unknown,
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
