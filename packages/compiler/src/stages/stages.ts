import type { Node, Value } from '@manabi/ir';
import type { MemoryOrders } from '../memory/memory-order.ts';
import type { StepRoutine } from '../plan/plan.ts';
import { type IndexedGraph, lowered } from './element.ts';
import { StageMaker } from './stage-maker.ts';

/** What a stage's loops look like. */
export type StageKind =
  | 'constant'
  | 'map'
  | 'reduce'
  | 'argReduce'
  | 'scan'
  | 'assemble'
  | 'branch'
  | 'loop'
  | StepRoutine;

/** One node whose results get memory, with all pointwise nodes that it reads through. */
export interface Stage {
  readonly kind: StageKind;
  readonly node: Node;
  /** Extents of the loops over the results' elements, in memory order; axes of one element are left out. */
  readonly outer: readonly number[];
  /** Extents of the loops over what is joined into one element, in memory order of what is read. */
  readonly inner: readonly number[];
  /** The axes of the operand that are joined, as `inner` runs over them; none but for reductions. */
  readonly joined: readonly number[];
  /** Every element that an element of the results is made from. */
  readonly reads: readonly Read[];
}

/** An element that a stage reads from memory. */
export interface Read {
  readonly value: Value;
  /** Text of the place in memory, over the running values of the stage's loops, outermost first. */
  readonly place: string;
  /** True if the place is just those running values, one per axis of the value in memory order. */
  readonly identity: boolean;
}

/** Stages in the order in which they can run, and the order in memory of what they make. */
export interface Staging {
  readonly stages: readonly Stage[];
  readonly orders: MemoryOrders;
}

/**
 * The stages of a graph, in the order of its nodes, but for single numbers that follow from inputs alone, such as a
 * step size: those come first, so that they are there wherever they are read.
 */
export function makeStages(graph: IndexedGraph, roots: ReadonlySet<Value>): Staging {
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

/** What leaves the graph, and what loops, branches and routines read that count on rows, is row-major. */
function rowMajorValues(graph: IndexedGraph): ReadonlySet<Value> {
  const fixed = new Set(graph.outputs);
  for (const node of graph.nodes) {
    const { lowering } = lowered(graph, node);
    const countsOnRows =
      lowering.class === 'loop' ||
      lowering.class === 'branch' ||
      (lowering.class === 'routine' && lowering.routine !== 'dot');
    if (countsOnRows) for (const operand of node.operands) fixed.add(operand);
  }
  return fixed;
}
