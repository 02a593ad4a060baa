import { sizeOf, type Value } from '@manabi/ir';
import { type IndexedGraph, lowered, storedElements } from '../graph/element.ts';
import { elementCost } from '../graph/element-cost.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import type { PlanCosts, PlanTarget } from '../target.ts';
import { operandsInRows } from './operands-in-rows.ts';

/**
 * Returns the values that are stored in memory: inputs, outputs, results of all nodes that are not pointwise, and
 * results of pointwise nodes that are cheaper to store than to recompute. All other values are computed again wherever
 * they are read.
 */
export function chooseRoots(graph: PreparedGraph, { costs }: PlanTarget): Set<Value> {
  const roots = new Set<Value>([...graph.outputs, ...graph.selections.kept, ...graph.unpacked]);
  for (let input = 0; input < graph.inputCount; input++) roots.add(input);
  for (const node of graph.nodes) {
    const { lowering } = lowered(graph, node);
    if (lowering.class !== 'pointwise') for (const result of node.results) roots.add(result);
    for (const operand of operandsInRows(graph, node)) roots.add(operand);
    if (storedElements(graph, node) !== null) roots.add(node.results[0]);
  }
  storeExpensiveValues(graph, roots, costs);
  return roots;
}

function storeExpensiveValues(graph: IndexedGraph, roots: Set<Value>, costs: PlanCosts): void {
  const readers = readerCounts(graph);
  // For each value, the cost of computing one element from stored values.
  const cost = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) {
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class !== 'pointwise' || storedElements(graph, node) !== null) continue;
    const [result] = node.results;
    if (lowering.kind === 'layout') {
      for (const operand of node.operands) {
        // A layout operator such as broadcasting may read each element several times. If the operand is not stored, the
        // element is computed each time.
        const repeats = sizeOf(graph.types[operand].shape) < sizeOf(facts.results[0].shape);
        if (repeats && cost[operand] > costs.kept) {
          roots.add(operand);
          cost[operand] = 0;
        }
      }
    }
    const own = elementCost(graph.types, node, costs) ?? 0;
    let total = own;
    for (const operand of node.operands) total += cost[operand];
    if (total > costs.longestExpression) {
      for (const operand of node.operands) {
        if (cost[operand] <= costs.kept) continue;
        roots.add(operand);
        total -= cost[operand];
        cost[operand] = 0;
      }
    }
    const shared = readers[result] > 1 && total > costs.kept && lowering.kind !== 'layout';
    if (shared) roots.add(result);
    cost[result] = roots.has(result) ? 0 : total;
  }
}

/**
 * Counts for each value the nodes that read it, directly or through layout operators: two nodes that read a transposed
 * value also count as readers of the value itself.
 */
function readerCounts(graph: IndexedGraph): number[] {
  const readers = new Array<number>(graph.types.length).fill(0);
  for (const output of graph.outputs) readers[output]++;
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = graph.nodes[i];
    const { lowering } = lowered(graph, node);
    const passesOn = lowering.class === 'pointwise' && lowering.kind === 'layout';
    for (const operand of node.operands) readers[operand] += passesOn ? readers[node.results[0]] : 1;
  }
  return readers;
}
