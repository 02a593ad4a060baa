import type { Kernel } from '@manabi/compiler';
import { interpretKernel } from '@manabi/compiler/interpret';
import type { HostArray } from '@manabi/ir';
import { fromReference, toReference } from '@manabi/ir/reference';

/**
 * Runs a kernel with the interpreter, which computes floats in float64: the oracle for renderers.
 *
 * @param arrays initial contents of the slots
 * @returns final contents of the slots
 */
export function interpretOn(kernel: Kernel, arrays: readonly HostArray[]): HostArray[] {
  const slots = arrays.map(toReference);
  interpretKernel(kernel, {
    slot: (slot) => slots[slot].data,
    dtype: (slot) => arrays[slot].dtype,
    outside: () => {},
  });
  return slots.map((slot) => fromReference(slot));
}
