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
 * In which order the axes of values lie in memory, outermost first, for those that are not row-major. What is computed
 * from an array in another order is kept in that order, so that a network of channels-last images never moves its data,
 * however its operators name the axes.
 */
export type MemoryOrders = ReadonlyMap<Value, readonly number[]>;

/** The axes of a value as they lie in memory, outermost first. */
export function axesInMemory(orders: MemoryOrders, value: Value, shape: Shape): readonly number[] {
  return orders.get(value) ?? shape.map((_, axis) => axis);
}

/** Where the element at an index lies, in elements from the value's start. */
export function memoryIndex(index: readonly IndexExpr[], shape: Shape, order: readonly number[]): IndexExpr {
  return linearIndex(
    order.map((axis) => index[axis]),
    order.map((axis) => shape[axis]),
  );
}

/** Extents of the loops over an array, in memory order; axes of one element have no loop. */
export function loopExtents(shape: Shape, order: readonly number[]): number[] {
  return order.map((axis) => shape[axis]).filter((extent) => extent !== 1);
}

/** The places that loops have reached, in memory order, as the place in an array. */
export function loopIndex(shape: Shape, order: readonly number[], places: readonly IndexExpr[]): IndexExpr[] {
  const index = shape.map(() => constantIndex(0));
  let next = 0;
  for (const axis of order) if (shape[axis] !== 1) index[axis] = places[next++];
  return index;
}

/** True if a place is just the running values of loops 0, 1, … over the array in memory order. */
export function isLoopIndex(shape: Shape, order: readonly number[], index: readonly IndexExpr[]): boolean {
  const places = loopExtents(shape, order).map((extent, loop) => axisIndex(loop, extent));
  return loopIndex(shape, order, places).every((place, axis) => equalIndexes(place, index[axis]));
}

/**
 * The order of axes in which an array steps through memory: by falling stride of an index expression in which axis i of
 * the array is axis atom i; where steps differ, by their mean. Null if some axis of more than one element does not move
 * it, or data does.
 */
export function orderByStride(shape: Shape, place: IndexExpr): readonly number[] | null {
  const strides = new Map<number, number>();
  if (!addStrides(place, 1, strides)) return null;
  const axes = shape.map((_, axis) => axis);
  if (axes.some((axis) => shape[axis] !== 1 && !strides.has(axis))) return null;
  // Axes of one element stay before whatever follows them.
  const strideOf = (axis: number): number => strides.get(axis) ?? Number.POSITIVE_INFINITY;
  return axes.sort((a, b) => strideOf(b) - strideOf(a) || a - b);
}

/** Adds the steps of an expression, times a factor; false if it depends on data. */
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
