import { axisIndex, type IndexExpr, isAffine, type Shape, type Value } from '@manabi/ir';
import { ElementExpressions, type IndexedGraph } from './element.ts';
import { axesInMemory, type MemoryOrders, memoryIndex } from './memory-order.ts';

/** A value as strides over the memory of another: where its element at (i, j, …) lies, in elements. */
export interface StridedView {
  readonly root: Value;
  readonly offset: number;
  readonly strides: readonly number[];
}

class NotAView extends Error {}

/**
 * The value as a strided view of a value that has memory, through layout operators alone, or null if it is computed or
 * has no such strides.
 */
export function stridedView(
  graph: IndexedGraph,
  hasMemory: (value: Value) => boolean,
  value: Value,
  orders: MemoryOrders,
): StridedView | null {
  const shape: Shape = graph.types[value].shape;
  const placeOf = (root: Value, index: readonly IndexExpr[]) => {
    const rootShape = graph.types[root].shape;
    return memoryIndex(index, rootShape, axesInMemory(orders, root, rootShape));
  };
  const refuse = (): never => {
    throw new NotAView();
  };
  const expressions = new ElementExpressions<{ root: Value; index: IndexExpr }>(graph, {
    load: (root, index) => (hasMemory(root) ? { root, index: placeOf(root, index) } : undefined),
    constant: refuse,
    instruction: refuse,
    fromIndex: refuse,
    toIndex: refuse,
  });
  try {
    const { root, index } = expressions.element(
      value,
      shape.map((extent, axis) => axisIndex(axis, extent)),
    );
    if (!isAffine(index)) return null;
    const strides = shape.map(
      (_, axis) => index.terms.find(({ atom }) => atom.kind === 'axis' && atom.axis === axis)?.factor ?? 0,
    );
    return { root, offset: index.constant, strides };
  } catch (error) {
    if (error instanceof NotAView) return null;
    throw error;
  }
}

/** An axis of a loop, with how far it steps through each of some arrays. */
export interface SteppedAxis {
  readonly extent: number;
  readonly strides: readonly number[];
}

/** The axes without those of one element, and with neighbours joined that step through all arrays as one. */
export function mergeAxes(axes: readonly SteppedAxis[]): SteppedAxis[] {
  const merged: SteppedAxis[] = [];
  for (const axis of axes) {
    if (axis.extent === 1) continue;
    const last = merged.at(-1);
    if (last?.strides.every((stride, i) => stride === axis.strides[i] * axis.extent)) {
      merged[merged.length - 1] = { extent: last.extent * axis.extent, strides: axis.strides };
    } else {
      merged.push(axis);
    }
  }
  return merged;
}
