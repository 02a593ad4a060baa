import type { HostArray } from '@manabi/ir';

/** Reorders an array from column-major to row-major order. */
export function toRowMajor({ dtype, shape, data }: HostArray): HostArray {
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const ordered = data.slice();
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < ordered.length; to++) {
    ordered[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      from += strides[axis];
      if (index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return { dtype, shape, data: ordered };
}
