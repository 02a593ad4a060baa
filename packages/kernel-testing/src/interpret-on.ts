import type { Kernel } from '@manabi/compiler';
import { interpretKernel } from '@manabi/compiler/interpret';
import type { HostArray } from '@manabi/ir';
import { fromReference, toReference } from '@manabi/ir/reference';

/**
 * Runs a kernel in the interpreter, which computes all floats in float64. Tests of code generators compare with its
 * results.
 *
 * @param arrays initial contents of the kernel's slots, the arrays that it reads and writes
 * @returns contents of the slots after the run
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
