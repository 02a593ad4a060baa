import type { Tensor } from '@manabi/core';
import { checkTensor } from './check-tensor.ts';

const masks = new WeakMap<Tensor, Tensor>();

/**
 * The mask that travels with a tensor: bool, true where an element (a time step, mostly) counts; its shape is that of the
 * tensor's first axes. null if every element counts. `embedding({ maskZero: true })` and `masking` make masks, layers
 * with `supportsMasking` hand them on, recurrent layers, attention and losses heed them.
 */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(checkTensor('maskOf', 'tensor', tensor)) ?? null;
}

/** Lets a mask travel with a tensor; null for none. */
export function setMask(tensor: Tensor, mask: Tensor | null): void {
  checkTensor('setMask', 'tensor', tensor);
  if (mask === null) masks.delete(tensor);
  else masks.set(tensor, checkTensor('setMask', 'mask', mask));
}
