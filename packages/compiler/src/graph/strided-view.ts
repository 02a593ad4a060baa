import { axisIndex, type IndexExpr, isAffine, type Shape, type Value } from '@manabi/ir';
import { ElementExpressions, type IndexedGraph } from './element.ts';
import { axesInMemory, type MemoryOrders, memoryIndex } from './memory-order.ts';

/**
 * A value as a strided view of another one, `root`: its element (i, j, …) is at `offset` + Σ index · stride in `root`.
 */
export interface StridedView {
  readonly root: Value;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A graph of which routines read views of stored values. */
export interface ViewedGraph extends IndexedGraph {
  /** See `PlanTarget.widensOperands`. */
  readonly routines: { readonly widens: boolean | undefined };
}

class NotAView extends Error {}

/**
 * Returns a value as a strided view of a stored value. Returns null if the value is not computed from the stored one by
 * layout operators alone (see also `PlanTarget.widensOperands`), or if strides cannot describe the result of these operators.
 */
export function stridedView(
  graph: ViewedGraph,
  hasMemory: (value: Value) => boolean,
  value: Value,
  orders: MemoryOrders,
): StridedView | null {
  const shape: Shape = graph.types[value].shape;
  const positionIn = (root: Value, index: readonly IndexExpr[]) => {
    const rootShape = graph.types[root].shape;
    return memoryIndex(index, rootShape, axesInMemory(orders, root, rootShape));
  };
  const reject = (): never => {
    throw new NotAView();
  };
  const expressions = new ElementExpressions<{ root: Value; index: IndexExpr }>(graph, {
    load: (root, index) => (hasMemory(root) ? { root, index: positionIn(root, index) } : undefined),
    constant: reject,
    instruction: (op, [operand], dtype) =>
      graph.routines.widens && op === 'cast' && dtype === 'float32' && graph.types[operand.root].dtype === 'float16'
        ? operand
        : reject(),
    fromIndex: reject,
    toIndex: reject,
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

/** A loop over several arrays: its number of iterations, and its stride in each array. */
export interface SteppedAxis {
  readonly extent: number;
  readonly strides: readonly number[];
}

/**
 * Removes loops of one iteration, and merges two nested loops if a single loop visits the same elements of all arrays
 * in the same order.
 */
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
