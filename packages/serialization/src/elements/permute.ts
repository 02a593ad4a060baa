import { type HostArray, hostArray } from '@manabi/core';
import { dtypes } from '@manabi/ir';

/** Transposes an array: axis `order[i]` of the array becomes axis i of the result. */
export function permuted({ dtype, shape, data }: HostArray, order: readonly number[]): HostArray {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const newShape = order.map((axis) => shape[axis]);
  const result = dtypes[dtype].create(data.length);
  for (let i = 0; i < data.length; i++) {
    let [rest, from] = [i, 0];
    for (let axis = newShape.length - 1; axis >= 0; axis--) {
      from += (rest % newShape[axis]) * strides[order[axis]];
      rest = Math.floor(rest / newShape[axis]);
    }
    result[i] = data[from];
  }
  return hostArray(dtype, newShape, result);
}
