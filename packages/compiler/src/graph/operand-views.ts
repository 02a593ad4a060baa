import { type Node, rowMajorStrides, type Value } from '@manabi/ir';
import type { IndexedGraph } from './element.ts';
import type { MemoryOrders } from './memory-order.ts';
import type { Routine } from './routine.ts';
import { type StridedView, stridedView } from './strided-view.ts';

/** Stored values and the order of their axes in memory. */
export interface ValuesInMemory {
  readonly hasMemory: (value: Value) => boolean;
  readonly orders: MemoryOrders;
}

/** Returns the memory layout of a routine's operands; null for operands that must be copied first. */
export function operandViews(
  graph: IndexedGraph,
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
