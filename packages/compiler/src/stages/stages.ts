import type { Value } from '@manabi/ir';
import type { MemoryOrders } from '../graph/memory-order.ts';
import type { PreparedGraph } from '../graph/prepare.ts';
import { operandsInRows } from './operands-in-rows.ts';
import type { Stage } from './stage.ts';
import { StageMaker } from './stage-maker.ts';

/** The stages of a graph in an order in which they can run, and the memory order of their results. */
export interface Staging {
  readonly stages: readonly Stage[];
  readonly orders: MemoryOrders;
}

/**
 * Divides a graph into stages, in the order of its nodes. Stages that compute scalars from inputs alone, such as a
 * learning rate, come first, because all other stages may read them.
 */
export function makeStages(graph: PreparedGraph, roots: ReadonlySet<Value>): Staging {
  const early: Stage[] = [];
  const stages: Stage[] = [];
  const orders = new Map<Value, readonly number[]>();
  const fixed = rowMajorValues(graph);
  const known = new Set<Value>(Array.from({ length: graph.inputCount }, (_, input) => input));
  for (const node of graph.nodes) {
    if (!node.results.some((result) => roots.has(result))) continue;
    const stage = new StageMaker(graph, roots, orders, fixed, node).make();
    const isEarly =
      stage.kind === 'map' && stage.outer.length === 0 && stage.reads.every(({ value }) => known.has(value));
    if (isEarly) for (const result of node.results) known.add(result);
    (isEarly ? early : stages).push(stage);
  }
  return { stages: [...early, ...stages], orders };
}

/**
 * Returns the values that must be stored in row-major order: outputs of the graph, and operands of loops, branches and
 * routines.
 */
function rowMajorValues(graph: PreparedGraph): ReadonlySet<Value> {
  const fixed = new Set([...graph.outputs, ...graph.selections.kept]);
  for (const node of graph.nodes) {
    for (const operand of operandsInRows(graph, node)) fixed.add(operand);
  }
  return fixed;
}
