import { sizeOf, type Value } from '@manabi/ir';
import { type IndexedGraph, lowered, storedElements } from '../graph/element.ts';
import { elementCost } from '../graph/element-cost.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import type { PlanCosts, PlanTarget } from '../target.ts';
import { operandsInRows } from './operands-in-rows.ts';

/**
 * The values that get memory: inputs, outputs, whatever a loop or a routine makes, and those pointwise values that are
 * dearer to compute again than to keep. All others are computed where they are read.
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
  keepDearValues(graph, roots, costs);
  return roots;
}

function keepDearValues(graph: IndexedGraph, roots: Set<Value>, costs: PlanCosts): void {
  const readers = readerCounts(graph);
  // What it costs to compute an element from values that have memory.
  const cost = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) {
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class !== 'pointwise' || storedElements(graph, node) !== null) continue;
    const [result] = node.results;
    if (lowering.kind === 'layout') {
      for (const operand of node.operands) {
        // An element that is read many times is computed many times.
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

/** How many nodes compute with a value, seen through layouts: two reads of a transposed value are two reads of it. */
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
