import { astype, type Tensor } from '@manabi/core';
import type { InputSpec } from '../layer/input-spec.ts';
import type { PartialType } from '../structure/nested.ts';

/** What a model demands of an input: all lengths that are known, but for the batch's. */
export function specOf({ shape }: PartialType): InputSpec {
  const axes: Record<number, number> = {};
  shape.forEach((length, axis) => {
    if (axis > 0 && length !== null) axes[axis] = length;
  });
  return { rank: shape.length, axes };
}

/** An input in the dtype that a model declares; its mask goes along. */
export function castInput(x: Tensor, declared: { readonly dtype: Tensor['dtype'] } | null): Tensor {
  return declared === null || x.dtype === declared.dtype ? x : astype(x, declared.dtype);
}
