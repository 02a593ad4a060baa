import { logicalAnd, logicalOr, ManabiError, Notes, reshape, type Tensor } from '@manabi/core';
import { checkTensor } from '../structure/check-tensor.ts';

/** Masks are about the first axes of tensors, and follow them through functions of tensors. */
const masks = new Notes<Tensor>('mask');

/**
 * Returns the mask of a tensor: bool, true where an element (a time step, mostly) counts; its shape is that of the tensor's
 * first axes. null if every element counts. `embedding({ maskZero: true })` and `masking` make masks; recurrent layers,
 * attention and losses heed them.
 *
 * A mask goes with what functions of tensors make of a masked one, as long as its axes stay in place: `mul(x, 2)` has the
 * mask of `x`, and `sum(x, 1)` has none. What is made of tensors with different masks counts where any of them says so, as
 * for `layers.add`.
 *
 * @throws ManabiError `shape` for what is made of tensors whose masks have different shapes
 */
export function maskOf(tensor: Tensor): Tensor | null {
  const [first = null, ...others] = masks.of(checkTensor('maskOf', 'tensor', tensor));
  if (first === null || others.length === 0) return first;
  const misfit = others.find(({ shape }) => String(shape) !== String(first.shape));
  if (misfit === undefined) return others.reduce((any, mask) => logicalOr(any, mask), first);
  throw new ManabiError(
    'shape',
    `A tensor is made of others with masks of shapes [${first.shape.join(', ')}] and [${misfit.shape.join(', ')}]. Say which ` +
      'counts: withMask(x, mask), or layer.apply(x, { mask }).',
    { op: 'maskOf', data: { shapes: [first.shape, misfit.shape] } },
  );
}

/**
 * Returns a tensor of the same elements with another mask; without one for null. The tensor given keeps its own.
 *
 * @param mask bool, of the shape of the tensor's first axes
 * @throws ManabiError `dtype` or `shape` for another mask
 */
export function withMask(tensor: Tensor, mask: Tensor | null): Tensor {
  checkTensor('withMask', 'tensor', tensor);
  if (mask !== null) checkMask(tensor, checkTensor('withMask', 'mask', mask));
  return attachMask(tensor, mask);
}

function checkMask(tensor: Tensor, mask: Tensor): void {
  const data = { dtype: mask.dtype, shape: mask.shape, of: tensor.shape };
  if (mask.dtype !== 'bool') {
    const message = `A mask must be bool; got ${mask.dtype}. Convert it: notEqual(mask, 0).`;
    throw new ManabiError('dtype', message, { op: 'withMask', data });
  }
  if (mask.rank <= tensor.rank && mask.shape.every((length, axis) => length === tensor.shape[axis])) return;
  throw new ManabiError(
    'shape',
    `A mask must have the shape of the tensor's first axes, which are those of [${tensor.shape.join(', ')}]; got ` +
      `[${mask.shape.join(', ')}].`,
    { op: 'withMask', data },
  );
}

/**
 * Returns a tensor with a mask of any shape, for masks that layers and losses compute, and those of a layer's call: layers with
 * channels first take a mask of later axes, as in Keras.
 */
export function attachMask(tensor: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return masks.of(tensor).length === 0 ? tensor : masks.detach(tensor);
  const present = masks.of(tensor);
  return present.length === 1 && present[0] === mask ? tensor : masks.attach(tensor, mask, mask.rank);
}

/** Masks of samples that are padding, and masks without them: what is known of a batch that was padded. */
const rowMasks = new Notes<true>('row mask');
const ownMasks = new Notes<Tensor | null>('mask without padding');

/**
 * Returns a tensor of which rows that are padding do not count, beside what its mask leaves out.
 *
 * @param rowMask one bool for each row
 */
export function maskRows(tensor: Tensor, rowMask: Tensor): Tensor {
  const own = maskOf(tensor);
  rowMasks.put(rowMask, true);
  const shaped = own === null ? rowMask : reshape(rowMask, [-1, ...own.shape.slice(1).map(() => 1)]);
  const masked = withMask(tensor, own === null ? rowMask : logicalAnd(own, shaped));
  ownMasks.put(masked, own);
  return masked;
}

/** The mask of a tensor without what `maskRows` added. */
export function ownMaskOf(tensor: Tensor): Tensor | null {
  const [own = maskOf(tensor)] = ownMasks.of(tensor);
  return own;
}

/** Whether weights are a mask that leaves out padding alone: then they must change nothing else. */
export function isRowMask(weights: Tensor): boolean {
  return rowMasks.of(weights).length > 0;
}
