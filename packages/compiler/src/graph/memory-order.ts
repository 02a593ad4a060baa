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
 * The order of axes in memory, outermost first, of values that are not row-major. Values computed from an array keep
 * its order, so that a channels-last network never moves its data, regardless of how its operators number the axes.
 */
export type MemoryOrders = ReadonlyMap<Value, readonly number[]>;

/** Returns the axes of a value in memory order, outermost first. */
export function axesInMemory(orders: MemoryOrders, value: Value, shape: Shape): readonly number[] {
  return orders.get(value) ?? shape.map((_, axis) => axis);
}

/** Returns the position in memory of the element at an index, in elements from the value's start. */
export function memoryIndex(index: readonly IndexExpr[], shape: Shape, order: readonly number[]): IndexExpr {
  return linearIndex(
    order.map((axis) => index[axis]),
    order.map((axis) => shape[axis]),
  );
}

/** Returns the extents of the loops over an array, in memory order. Axes of one element have no loop. */
export function loopExtents(shape: Shape, order: readonly number[]): number[] {
  return order.map((axis) => shape[axis]).filter((extent) => extent !== 1);
}

/** Returns the index in an array from the values of the loops over it, which are in memory order. */
export function loopIndex(shape: Shape, order: readonly number[], loops: readonly IndexExpr[]): IndexExpr[] {
  const index = shape.map(() => constantIndex(0));
  let next = 0;
  for (const axis of order) if (shape[axis] !== 1) index[axis] = loops[next++];
  return index;
}

/** Returns true if an index equals the values of loops 0, 1, … over the array in memory order. */
export function isLoopIndex(shape: Shape, order: readonly number[], index: readonly IndexExpr[]): boolean {
  const loops = loopExtents(shape, order).map((extent, loop) => axisIndex(loop, extent));
  return loopIndex(shape, order, loops).every((expected, axis) => equalIndexes(expected, index[axis]));
}

/**
 * Sorts the axes of an array by falling stride in `position`, an index expression in which axis i of the array is axis
 * atom i. Where a stride varies, its mean counts. Returns null if the expression depends on data, or does not depend on
 * some axis of more than one element.
 */
export function orderByStride(shape: Shape, position: IndexExpr): readonly number[] | null {
  const strides = new Map<number, number>();
  if (!addStrides(position, 1, strides)) return null;
  const axes = shape.map((_, axis) => axis);
  if (axes.some((axis) => shape[axis] !== 1 && !strides.has(axis))) return null;
  // Axes of one element stay before the axes that follow them.
  const strideOf = (axis: number): number => strides.get(axis) ?? Number.POSITIVE_INFINITY;
  return axes.sort((a, b) => strideOf(b) - strideOf(a) || a - b);
}

/** Adds the strides of an index expression, times a factor, to `strides`. Returns false if it depends on data. */
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
