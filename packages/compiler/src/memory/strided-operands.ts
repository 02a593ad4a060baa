import { type Node, sizeOf, type Value } from '@manabi/ir';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { MemoryOrders } from '../graph/memory-order.ts';
import { operandViews } from '../graph/operand-views.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import { stridedView } from '../graph/strided-view.ts';

/**
 * Adds to `roots`, the values to store, a value for each operand of a routine that is computed, that is a layout of a
 * computed value, or that runs backwards through memory: routines read stored values with non-negative strides.
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
 * Adds to `roots`, the values to store, every operand of a routine that must be a strided view of a stored value and is
 * not yet one.
 *
 * @returns true if roots were added, so that stages must be rebuilt
 */
export function copyStridedOperands(graph: PreparedGraph, roots: Set<Value>, orders: MemoryOrders): boolean {
  let added = false;
  for (const node of graph.nodes) {
    const routine = graph.routines.of(graph, node);
    if (routine === null) continue;
    // All views are determined before the first root is added.
    const views = operandViews(graph, node, routine, { hasMemory: (value) => roots.has(value), orders });
    const copied = node.operands.filter((_, i) => views[i] === null);
    for (const operand of copied) {
      const [, ...layouts] = layoutChain(graph, roots, operand);
      if (layouts.length === 0)
        throw new Error(`Operand ${operand} of routine ${routine.name} is stored but has no strides.`);
      roots.add(smallest(graph, layouts));
      added = true;
    }
  }
  return added;
}

/** Returns the operands of a node that its routine reads as strided views. */
function stridedOperands(graph: PreparedGraph, node: Node): readonly Value[] {
  const routine = graph.routines.of(graph, node);
  return routine === null ? [] : node.operands.filter((_, i) => routine.operands[i] === 'strided');
}

/**
 * Returns a chain of values that ends in `value` and begins with a stored or computed one; each is a layout of the
 * previous one.
 */
function layoutChain(graph: IndexedGraph, roots: ReadonlySet<Value>, value: Value): readonly Value[] {
  const chain = [value];
  for (;;) {
    if (roots.has(chain[0])) return chain;
    const maker = graph.makers[chain[0]];
    if (maker === undefined) return chain;
    const { lowering } = lowered(graph, maker);
    if (lowering.class !== 'pointwise' || lowering.kind !== 'layout' || maker.operands.length !== 1) return chain;
    chain.unshift(maker.operands[0]);
  }
}

/** Returns the smallest array of a chain; of equal ones, the one nearest to the operand. */
function smallest(graph: IndexedGraph, layouts: readonly Value[]): Value {
  const size = (value: Value): number => sizeOf(graph.types[value].shape);
  return layouts.reduce((best, layout) => (size(layout) <= size(best) ? layout : best));
}
