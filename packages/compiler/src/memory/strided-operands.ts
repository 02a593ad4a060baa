import { type Node, sizeOf, type Value } from '@manabi/ir';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { MemoryOrders } from '../graph/memory-order.ts';
import { operandViews } from '../graph/operand-views.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import { stridedView } from '../graph/strided-view.ts';

/**
 * Adds values to `roots`, the values that are stored, so that routines can read their operands from memory. For an
 * operand that layout operators such as transpose compute from another value, that value is stored, and the routine
 * reads it with strides. A routine cannot use negative strides, so an operand that needs them is stored as a copy.
 */
export function keepStridedOperands(graph: PreparedGraph, roots: Set<Value>): void {
  for (const node of graph.nodes) {
    for (const operand of stridedOperands(graph, node)) {
      const [source, ...layouts] = layoutChain(graph, roots, operand);
      roots.add(source);
      const view = stridedView(graph, (value) => roots.has(value), operand, new Map());
      if (view?.strides.some((stride) => stride < 0)) roots.add(smallest(graph, layouts));
    }
  }
}

/**
 * Adds to `roots`, the values that are stored, a copy of each operand that its routine cannot read as a strided view of
 * a stored value.
 *
 * @returns true if roots were added, so that stages must be rebuilt
 */
export function copyStridedOperands(graph: PreparedGraph, roots: Set<Value>, orders: MemoryOrders): boolean {
  let added = false;
  for (const node of graph.nodes) {
    const routine = graph.routines.of(graph, node);
    if (routine === null) continue;
    // Adding to `roots` would change the views of further operands, so all views are determined first.
    const views = operandViews(graph, node, routine, { hasMemory: (value) => roots.has(value), orders });
    const copied = node.operands.filter((_, i) => views[i] === null);
    for (const operand of copied) {
      const [, ...layouts] = layoutChain(graph, roots, operand);
      // There is at least one layout, because a stored value is a view of itself.
      roots.add(smallest(graph, layouts));
      added = true;
    }
  }
  return added;
}

/** Returns the operands of a node that its routine can read with any strides (`OperandForm` `strided`). */
function stridedOperands(graph: PreparedGraph, node: Node): readonly Value[] {
  const routine = graph.routines.of(graph, node);
  return routine === null ? [] : node.operands.filter((_, i) => routine.operands[i] === 'strided');
}

/**
 * Returns a chain of values that ends in `value`: each is computed from the previous one by a layout operator such as
 * transpose, or by a conversion that routines make when they read it (see `PlanTarget.widensOperands`). The first is
 * stored, or is not the result of a layout operator.
 */
function layoutChain(graph: PreparedGraph, roots: ReadonlySet<Value>, value: Value): readonly Value[] {
  const chain = [value];
  for (;;) {
    if (roots.has(chain[0])) return chain;
    const maker = graph.makers[chain[0]];
    if (maker === undefined) return chain;
    const { lowering } = lowered(graph, maker);
    const isLayout = lowering.class === 'pointwise' && lowering.kind === 'layout' && maker.operands.length === 1;
    const [operand] = maker.operands;
    const isWidened = graph.routines.widens && maker.op === 'cast' && graph.types[operand].dtype === 'float16';
    if (!isLayout && !isWidened) return chain;
    chain.unshift(operand);
  }
}

/** Returns the value with the fewest elements in a chain of `layoutChain`; the last of several equally small ones. */
function smallest(graph: IndexedGraph, layouts: readonly Value[]): Value {
  const size = (value: Value): number => sizeOf(graph.types[value].shape);
  return layouts.reduce((best, layout) => (size(layout) <= size(best) ? layout : best));
}
