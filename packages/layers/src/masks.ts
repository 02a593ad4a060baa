import { isTensor, type Tensor } from '@manabi/core';

const masks = new WeakMap<Tensor, Tensor>();

/**
 * The mask that travels with a tensor: bool, true where an element (a time step, mostly) counts; its shape is that of the
 * tensor's first axes. null if every element counts. `embedding({ maskZero: true })` and `masking` make masks, layers
 * with `supportsMasking` hand them on, recurrent layers, attention and losses heed them.
 */
export function maskOf(tensor: Tensor): Tensor | null {
  return masks.get(tensor) ?? null;
}

/** Lets a mask travel with a tensor. */
export function setMask(tensor: Tensor, mask: Tensor | null): void {
  if (isTensor(mask)) masks.set(tensor, mask);
  else masks.delete(tensor);
}
