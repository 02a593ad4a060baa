import { logicalAnd, reshape, type Tensor } from '@manabi/core';
import { checkTensor } from '../structure/check-tensor.ts';

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

const rowMasks = new WeakSet<Tensor>();
const ownMasks = new WeakMap<Tensor, Tensor | null>();

/**
 * Lets rows of a tensor that are padding not count, beside what its mask leaves out.
 *
 * @param rowMask one bool for each row
 */
export function maskRows(tensor: Tensor, rowMask: Tensor): void {
  const own = maskOf(tensor);
  rowMasks.add(rowMask);
  ownMasks.set(tensor, own);
  const shaped = own === null ? rowMask : reshape(rowMask, [-1, ...own.shape.slice(1).map(() => 1)]);
  setMask(tensor, own === null ? rowMask : logicalAnd(own, shaped));
}

/** The mask of a tensor without what `maskRows` added. */
export function ownMaskOf(tensor: Tensor): Tensor | null {
  return ownMasks.get(tensor) ?? (ownMasks.has(tensor) ? null : maskOf(tensor));
}

/** Whether weights are a mask that leaves out padding alone: then they must change nothing else. */
export function isRowMask(weights: Tensor): boolean {
  return rowMasks.has(weights);
}
