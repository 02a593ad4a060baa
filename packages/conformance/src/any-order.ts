import type { Shape } from '@manabi/ir';
import type { ReferenceArray } from '@manabi/ir/reference';

/**
 * Products over axes in a random order, rounded after every factor: what overflows, or becomes denormal or 0, on the way
 * depends on the order.
 *
 * @param shape of the result
 * @param draw gives a number in [-1, 1) at each call
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

/** Where the result of an element stands when axes vanish. */
function targetOf(i: number, shape: Shape, axes: readonly number[]): number {
  let [rest, target, stride] = [i, 0, 1];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const place = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
    if (axes.includes(axis)) continue;
    target += place * stride;
    stride *= shape[axis];
  }
  return target;
}
