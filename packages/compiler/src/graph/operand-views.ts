import { type Node, rowMajorStrides, type Value } from '@manabi/ir';
import type { MemoryOrders } from './memory-order.ts';
import type { Routine } from './routine.ts';
import { type StridedView, stridedView, type ViewedGraph } from './strided-view.ts';

/** The values of a graph that are stored, and the order of their axes in memory. */
export interface ValuesInMemory {
  readonly hasMemory: (value: Value) => boolean;
  readonly orders: MemoryOrders;
}

/**
 * Returns each operand of a routine as a strided view of a stored value; null for an operand that is not such a view,
 * and must be copied before the routine runs.
 */
export function operandViews(
  graph: ViewedGraph,
  node: Node,
  { operands }: Routine,
  { hasMemory, orders }: ValuesInMemory,
): readonly (StridedView | null)[] {
  return node.operands.map((operand, i) => {
    if (operands[i] === 'rows')
      return { root: operand, offset: 0, strides: rowMajorStrides(graph.types[operand].shape) };
    const view = stridedView(graph, hasMemory, operand, orders);
    return view?.strides.every((stride) => stride >= 0) ? view : null;
  });
}
