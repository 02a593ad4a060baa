import { sizeOf, type Value } from '@manabi/ir';
import { planContraction } from '../graph/contraction.ts';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { MemoryOrders } from '../graph/memory-order.ts';
import { stridedView } from '../graph/strided-view.ts';

/**
 * Dots read memory, forwards: adds roots for operands of theirs that are computed, or a layout of something computed, or
 * run through memory backwards, in whatever order of axes it lies.
 */
export function keepOperandsOfDots(graph: IndexedGraph, roots: Set<Value>): void {
  for (const node of graph.nodes) {
    if (node.op !== 'dot') continue;
    for (const operand of node.operands) {
      const [source, ...layouts] = layoutChain(graph, roots, operand);
      roots.add(source);
      const view = stridedView(graph, (value) => roots.has(value), operand, new Map());
      if (view?.strides.some((stride) => stride < 0)) roots.add(smallest(graph, layouts));
    }
  }
}

/**
 * Dots read strided memory: adds a root for every operand that is no strided view of one.
 *
 * @returns true if there were any, so that stages must be made anew
 */
export function copyOperandsOfDots(graph: IndexedGraph, roots: Set<Value>, orders: MemoryOrders): boolean {
  let added = false;
  for (const node of graph.nodes) {
    if (node.op !== 'dot') continue;
    const plan = planContraction(graph, node, node.attributes, (value) => roots.has(value), orders);
    if (plan.kind === 'ready') continue;
    for (const operand of plan.operands) {
      const [, ...layouts] = layoutChain(graph, roots, operand);
      if (layouts.length === 0) throw new Error(`Operand ${operand} of a dot has memory, but no strides.`);
      roots.add(smallest(graph, layouts));
      added = true;
    }
  }
  return added;
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
