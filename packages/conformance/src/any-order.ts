import type { Shape } from '@manabi/ir';
import type { ReferenceArray } from '@manabi/ir/reference';

/**
 * Multiplies the elements along axes in a random order and rounds after each multiplication. The order decides whether
 * an intermediate product overflows or underflows.
 *
 * @param shape shape of the result
 * @param draw returns a random number in [-1, 1)
 */
export function productInAnyOrder(
  x: ReferenceArray,
  axes: readonly number[],
  shape: Shape,
  draw: () => number,
): ReferenceArray {
  const round = x.dtype === 'float32' ? Math.fround : (product: number) => product;
  const keys = Float64Array.from(x.data, () => draw());
  const order = [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
  const data = new Float64Array(shape.reduce((size, extent) => size * extent, 1)).fill(1);
  for (const i of order) {
    const target = targetOf(i, x.shape, axes);
    data[target] = round(data[target] * x.data[i]);
  }
  return { dtype: x.dtype, shape, data };
}

/** Returns the flat index of the result element to which element `i` contributes when `axes` are reduced. */
function targetOf(i: number, shape: Shape, axes: readonly number[]): number {
  let [rest, target, stride] = [i, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const index = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
    if (axes.includes(axis)) continue;
    target += index * stride;
    stride *= shape[axis];
  }
  return target;
}
