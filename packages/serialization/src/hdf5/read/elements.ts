import { type HostArray, hostArray } from '@manabi/core';
import { decodeElements, elementKinds, swapBytes } from '../../elements/element-kind.ts';
import type { ElementType, TextForm } from './datatype.ts';

/**
 * Returns the array that bytes of a file hold. Narrow types become wider ones; 64-bit integers 32-bit ones where they fit.
 * It shares the bytes' memory where nothing has to be changed.
 *
 * @param place the dataset or attribute, for messages
 * @throws FileError `unsupported` for a 64-bit integer that does not fit into 32 bits
 */
export function numbersOf(
  source: string,
  place: string,
  { element, size, isBig }: Extract<ElementType, { readonly kind: 'number' }>,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): HostArray {
  const isSwapped = isBig && size > 1;
  const ordered = isSwapped ? bytes.slice() : bytes;
  if (isSwapped) swapBytes(ordered, size);
  return hostArray(elementKinds[element].dtype, shape, decodeElements(element, ordered, { source, array: place }));
}

/** Returns the text that stands in place, without what pads it. */
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
