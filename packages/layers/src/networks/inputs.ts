import { astype, type Tensor } from '@manabi/core';
import type { InputSpec } from '../layer/input-spec.ts';
import type { PartialType } from '../structure/nested.ts';

/** Returns the shapes that a model accepts for an input: the rank and all known lengths, except the batch size. */
export function specOf({ shape }: PartialType): InputSpec {
  const axes: Record<number, number> = {};
  shape.forEach((length, axis) => {
    if (axis > 0 && length !== null) axes[axis] = length;
  });
  return { rank: shape.length, axes };
}

/** Casts an input to the dtype that the model declares for it, and keeps the mask of the input. */
export function castInput(x: Tensor, declared: { readonly dtype: Tensor['dtype'] } | null): Tensor {
  return declared === null || x.dtype === declared.dtype ? x : astype(x, declared.dtype);
}
