import {
  axisIndex,
  constantIndex,
  equalIndexes,
  type IndexExpr,
  linearIndex,
  type Shape,
  type Value,
} from '@manabi/ir';

/**
 * For each value that is not row-major, the order of its axes in memory, outermost first. A value gets the order of the
 * array it is computed from. Therefore a channels-last network never transposes data in memory, even if its operators
 * expect channels first.
 */
export type MemoryOrders = ReadonlyMap<Value, readonly number[]>;

/** Returns the axes of a value in memory order, outermost first. */
export function axesInMemory(orders: MemoryOrders, value: Value, shape: Shape): readonly number[] {
  return orders.get(value) ?? shape.map((_, axis) => axis);
}

/** Returns the distance in memory, in elements, from the start of an array to its element at an index. */
export function memoryIndex(index: readonly IndexExpr[], shape: Shape, order: readonly number[]): IndexExpr {
  return linearIndex(
    order.map((axis) => index[axis]),
    order.map((axis) => shape[axis]),
  );
}

/**
 * Returns the number of iterations of each loop over an array, in the memory order of its axes. Axes of length 1 have
 * no loop.
 */
export function loopExtents(shape: Shape, order: readonly number[]): number[] {
  return order.map((axis) => shape[axis]).filter((extent) => extent !== 1);
}

/**
 * Returns the index of an element of an array, given the current values of the loops over the array in memory order.
 */
export function loopIndex(shape: Shape, order: readonly number[], loops: readonly IndexExpr[]): IndexExpr[] {
  const index = shape.map(() => constantIndex(0));
  let next = 0;
  for (const axis of order) if (shape[axis] !== 1) index[axis] = loops[next++];
  return index;
}

/**
 * Returns true if an index refers to the element that the loops over the array (axes 0, 1, … in memory order) currently
 * visit.
 */
export function isLoopIndex(shape: Shape, order: readonly number[], index: readonly IndexExpr[]): boolean {
  const loops = loopExtents(shape, order).map((extent, loop) => axisIndex(loop, extent));
  return loopIndex(shape, order, loops).every((expected, axis) => equalIndexes(expected, index[axis]));
}

/**
 * Sorts the axes of an array by descending stride in `position`, an index expression in which axis atom i stands for
 * axis i of the array. If the stride of an axis varies, its mean is used. Returns null if the expression depends on
 * data, or does not depend on some axis that is longer than 1.
 */
export function orderByStride(shape: Shape, position: IndexExpr): readonly number[] | null {
  const strides = new Map<number, number>();
  if (!addStrides(position, 1, strides)) return null;
  const axes = shape.map((_, axis) => axis);
  if (axes.some((axis) => shape[axis] !== 1 && !strides.has(axis))) return null;
  // Axes of length 1 have no stride, and sort before all others.
  const strideOf = (axis: number): number => strides.get(axis) ?? Number.POSITIVE_INFINITY;
  return axes.sort((a, b) => strideOf(b) - strideOf(a) || a - b);
}

/**
 * Adds the stride of each axis in an index expression, multiplied by `times`, to `strides`. Returns false if the
 * expression depends on data.
 */
function addStrides({ terms }: IndexExpr, times: number, strides: Map<number, number>): boolean {
  return terms.every(({ atom, factor }) => {
    const step = Math.abs(factor) * times;
    switch (atom.kind) {
      case 'axis':
        strides.set(atom.axis, (strides.get(atom.axis) ?? 0) + step);
        return true;
      case 'quotient':
        return addStrides(atom.of, step / atom.by, strides);
      case 'remainder':
        return addStrides(atom.of, step, strides);
      case 'data':
        return false;
    }
    return false;
  });
}
