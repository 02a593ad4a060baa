import { type HostArray, hostArray } from '@manabi/core';
import { decodeElements, elementKinds, swapBytes } from '@manabi/data/internal';
import type { ElementType, TextForm } from './datatype.ts';

/**
 * Decodes numbers of a file. Narrow types are widened; 64-bit integers become 32-bit integers if they fit. The result shares
 * the memory of `bytes` if no conversion is necessary.
 *
 * @param path the dataset or attribute, for messages
 * @throws FileError `unsupported` for a 64-bit integer that does not fit into 32 bits
 */
export function numbersOf(
  source: string,
  path: string,
  { element, size, isBig }: Extract<ElementType, { readonly kind: 'number' }>,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): HostArray {
  const isSwapped = isBig && size > 1;
  const ordered = isSwapped ? bytes.slice() : bytes;
  if (isSwapped) swapBytes(ordered, size);
  return hostArray(elementKinds[element].dtype, shape, decodeElements(element, ordered, { source, array: path }));
}

/** Decodes inline text without its padding. */
export function textOf(bytes: Uint8Array, form: Exclude<TextForm, 'heap'>): string {
  let end = bytes.length;
  if (form === 'zeroTerminated') {
    const zero = bytes.indexOf(0);
    if (zero >= 0) end = zero;
  } else {
    const padding = form === 'zeroPadded' ? 0 : 0x20;
    while (end > 0 && bytes[end - 1] === padding) end--;
  }
  return new TextDecoder().decode(bytes.subarray(0, end));
}
