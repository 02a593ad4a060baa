import { logicalAnd, logicalOr, ManabiError, Notes, reshape, type Tensor } from '@manabi/core';
import { checkTensor } from '../structure/check-tensor.ts';

/** Stores the mask of each tensor. A mask covers the leading axes, and tensor functions pass it on to their results. */
const masks = new Notes<Tensor>('mask');

/**
 * Returns the mask of a tensor: bool, true where an element (mostly a time step) is valid, with the shape of the
 * tensor's leading axes; null if every element is valid. `embedding({ maskZero: true })` and `masking` create masks;
 * recurrent layers, attention and losses apply them.
 *
 * Functions of tensors carry a mask along as long as its axes stay in position: `mul(x, 2)` has the mask of `x`, and
 * `sum(x, 1)` has none. Different masks of several operands are combined by logical or, as in `layers.add`.
 *
 * @throws ManabiError `shape` if the tensor was computed from several tensors whose masks differ in shape
 * @example
 * ```ts
 * import { layers, maskOf, tensor } from 'manabi';
 *
 * const words = layers.embedding({ inputDim: 4, outputDim: 2, maskZero: true }).apply(tensor([[3, 1, 0]]));
 * console.log(await maskOf(words)?.array()); // [[true, true, false]]
 * ```
 */
export function maskOf(tensor: Tensor): Tensor | null {
  const [first = null, ...others] = masks.of(checkTensor('maskOf', 'tensor', tensor));
  if (first === null || others.length === 0) return first;
  const misfit = others.find(({ shape }) => String(shape) !== String(first.shape));
  if (misfit === undefined) return others.reduce((any, mask) => logicalOr(any, mask), first);
  throw new ManabiError(
    'shape',
    `Masks of shapes [${first.shape.join(', ')}] and [${misfit.shape.join(', ')}] cannot be combined. ` +
      'Set the mask of the result: withMask(x, mask), or layer.apply(x, { mask }).',
    { op: 'maskOf', data: { shapes: [first.shape, misfit.shape] } },
  );
}

/**
 * Returns a tensor with the same elements and another mask, or without a mask for null. The original is unchanged.
 *
 * @param mask bool, with the shape of the tensor's leading axes
 * @throws ManabiError `dtype` or `shape` for an invalid mask
 * @example
 * ```ts
 * import { maskOf, tensor, withMask } from 'manabi';
 *
 * const x = withMask(tensor([[1, 2, 3]]), tensor([[true, true, false]]));
 * console.log(await maskOf(x)?.array()); // [[true, true, false]]
 * ```
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
    `A mask must have the shape of the leading axes of its tensor, [${tensor.shape.join(', ')}]; got ` +
      `[${mask.shape.join(', ')}].`,
    { op: 'withMask', data },
  );
}

/**
 * Returns the tensor with a mask, whose shape is not checked. Used for masks that `computeMask` returns and for the
 * option `mask` of a call. As in Keras, such a mask need not cover the leading axes: a layer with channels first also
 * accepts a mask of axes after the channels.
 */
export function attachMask(tensor: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return masks.of(tensor).length === 0 ? tensor : masks.detach(tensor);
  const present = masks.of(tensor);
  return present.length === 1 && present[0] === mask ? tensor : masks.attach(tensor, mask, mask.rank);
}

/** Marks masks that were added only to exclude the rows with which a batch was padded. */
const rowMasks = new Notes<true>('row mask');
const ownMasks = new Notes<Tensor | null>('mask without padding');

/**
 * Returns a tensor whose mask excludes the padding rows of its batch, in addition to the elements that its own mask
 * excludes.
 *
 * @param rowMask bool, one element per row of the batch: false for padding rows
 */
export function maskRows(tensor: Tensor, rowMask: Tensor): Tensor {
  const own = maskOf(tensor);
  rowMasks.put(rowMask, true);
  const shaped = own === null ? rowMask : reshape(rowMask, [-1, ...own.shape.slice(1).map(() => 1)]);
  const masked = withMask(tensor, own === null ? rowMask : logicalAnd(own, shaped));
  ownMasks.put(masked, own);
  return masked;
}

/** Returns the mask of a tensor from before `maskRows` excluded padding rows. */
export function ownMaskOf(tensor: Tensor): Tensor | null {
  const [own = maskOf(tensor)] = ownMasks.of(tensor);
  return own;
}

/**
 * Returns whether sample weights are a mask that only excludes padding rows. Such weights must not change the results
 * of the other rows.
 */
export function isRowMask(weights: Tensor): boolean {
  return rowMasks.of(weights).length > 0;
}
