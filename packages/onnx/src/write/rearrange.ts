import { dtypes, type HostArray, hostArray, rowMajorStrides, sizeOf } from '@manabi/ir';

/**
 * Returns a copy of an array with rearranged elements: the element of the result at indices i is the array's element at
 * position `start` + Σ i · step. This rearranges a parameter once, at export, instead of in each run of the file.
 */
function readWith(array: HostArray, shape: readonly number[], start: number, steps: readonly number[]): HostArray {
  const length = sizeOf(shape);
  const data = dtypes[array.dtype].create(length);
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  let from = start;
  for (let to = 0; to < length; to++) {
    data[to] = array.data[from];
    for (let axis = rank - 1; axis >= 0; axis--) {
      from += steps[axis];
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return hostArray(array.dtype, shape, data);
}

/** Broadcasts an array to a shape: repeats it along new leading axes, and along axes of length 1. */
export function repeated(array: HostArray, shape: readonly number[]): HostArray {
  const strides = rowMajorStrides(array.shape);
  const steps = shape.map((_, axis) => {
    const at = axis - (shape.length - array.shape.length);
    return at < 0 || array.shape[at] === 1 ? 0 : strides[at];
  });
  return readWith(array, shape, 0, steps);
}

/** Transposes an array: axis i of the result is axis `permutation[i]` of the array. */
export function transposed(array: HostArray, permutation: readonly number[]): HostArray {
  const strides = rowMajorStrides(array.shape);
  return readWith(
    array,
    permutation.map((axis) => array.shape[axis]),
    0,
    permutation.map((axis) => strides[axis]),
  );
}

/** Reverses the order of the elements along some axes of an array. */
export function reversed(array: HostArray, axes: readonly number[]): HostArray {
  const strides = rowMajorStrides(array.shape);
  const start = axes.reduce((sum, axis) => sum + strides[axis] * Math.max(0, array.shape[axis] - 1), 0);
  return readWith(
    array,
    array.shape,
    start,
    strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
  );
}

/** Slices an array along each axis, from `start` (inclusive) to `limit` (exclusive) by `step`. */
export function sliced(
  array: HostArray,
  start: readonly number[],
  limit: readonly number[],
  step: readonly number[],
): HostArray {
  const strides = rowMajorStrides(array.shape);
  return readWith(
    array,
    array.shape.map((_, axis) => Math.ceil((limit[axis] - start[axis]) / step[axis])),
    strides.reduce((sum, stride, axis) => sum + stride * start[axis], 0),
    strides.map((stride, axis) => stride * step[axis]),
  );
}

/** Concatenates arrays along an axis. */
export function joined(arrays: readonly HostArray[], axis: number): HostArray {
  const [{ dtype, shape: first }] = arrays;
  const shape = first.with(
    axis,
    arrays.reduce((sum, array) => sum + array.shape[axis], 0),
  );
  const data = dtypes[dtype].create(sizeOf(shape));
  const outer = sizeOf(first.slice(0, axis));
  const inner = sizeOf(first.slice(axis + 1));
  const row = shape[axis] * inner;
  let before = 0;
  for (const array of arrays) {
    const block = array.shape[axis] * inner;
    for (let i = 0; i < outer; i++) data.set(array.data.subarray(i * block, (i + 1) * block), i * row + before);
    before += block;
  }
  return hostArray(dtype, shape, data);
}
