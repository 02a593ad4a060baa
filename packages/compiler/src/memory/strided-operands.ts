import { type Node, sizeOf, type Value } from '@manabi/ir';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { MemoryOrders } from '../graph/memory-order.ts';
import { operandViews } from '../graph/operand-views.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import { stridedView } from '../graph/strided-view.ts';

/**
 * Routines read strided memory, forwards: adds roots for operands of theirs that are computed, or a layout of something
 * computed, or run through memory backwards, in whatever order of axes it lies.
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
 * Adds a root for every operand of a routine that has to be a strided view of one and is not.
 *
 * @returns true if there were any, so that stages must be made anew
 */
export function copyStridedOperands(graph: PreparedGraph, roots: Set<Value>, orders: MemoryOrders): boolean {
  let added = false;
  for (const node of graph.nodes) {
    const routine = graph.routines.of(graph, node);
    if (routine === null) continue;
    // All views are taken before the first root is added.
    const views = operandViews(graph, node, routine, { hasMemory: (value) => roots.has(value), orders });
    const copied = node.operands.filter((_, i) => views[i] === null);
    for (const operand of copied) {
      const [, ...layouts] = layoutChain(graph, roots, operand);
      if (layouts.length === 0)
        throw new Error(`Operand ${operand} of routine ${routine.name} has memory, but no strides.`);
      roots.add(smallest(graph, layouts));
      added = true;
    }
  }
  return added;
}

/** The operands of a node that its routine, if it has one, reads as strided views. */
function stridedOperands(graph: PreparedGraph, node: Node): readonly Value[] {
  const routine = graph.routines.of(graph, node);
  return routine === null ? [] : node.operands.filter((_, i) => routine.operands[i] === 'strided');
}

/** The values from one that has memory, is computed or has no single origin to `value`, each a layout of the last. */
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

/** Before it is repeated an array is smallest; of equals the last is nearest to the operand. */
function smallest(graph: IndexedGraph, layouts: readonly Value[]): Value {
  const size = (value: Value): number => sizeOf(graph.types[value].shape);
  return layouts.reduce((best, layout) => (size(layout) <= size(best) ? layout : best));
}
