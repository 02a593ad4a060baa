import { type Graph, type GraphBuilder, graphBuilder, type Node, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import { type IndexedGraph, indexGraph, lowered, storedElements } from './element.ts';
import type { Routines } from './routine.ts';
import { type Branches, cheapBranches, selectBranch } from './select-branches.ts';
import type { Splitting } from './splitting.ts';

/**
 * Transforms a graph so that it can be divided into stages. Every output becomes the result of a separate node. Nodes
 * that routines compute are put in their standard form. Packed inputs are unpacked where a step other than a kernel
 * reads them. Reductions and running sums
 * with too few results for the target are split into parts.
 */
export function prepareGraph(graph: Graph, options: PrepareOptions): PreparedGraph {
  const { isPacked, target, routines } = options;
  const selections: Selections = { kept: new Set(), nodes: new Map() };
  const unpacked = new Set<Value>();
  const builder = graphBuilder();
  const values: Value[] = [];
  for (let input = 0; input < graph.inputCount; input++) values.push(builder.input(graph.types[input]));
  for (const node of graph.nodes) {
    const inOneForm = operandsOfOneForm(graph, node, routines);
    const operands = node.operands.map((operand, i) => {
      const copies = i < inOneForm && operand < graph.inputCount && isPacked(operand);
      if (!copies) return values[operand];
      const copy = copyOf(builder, values[operand]);
      unpacked.add(copy);
      return copy;
    });
    const branches = cheapBranches(graph, node, target);
    const results =
      branches === null
        ? inStandardForm(builder, graph, node, operands, options)
        : selectInStage(builder, operands, branches, selections);
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  const taken = new Set<Value>();
  const outputs = graph.outputs.map((output) => {
    const value = values[output];
    const maker = builder.maker(value);
    const isStored = maker !== undefined && storedElements(graph, maker) !== null;
    const own = maker === undefined || isStored || taken.has(value) ? copyOf(builder, value) : value;
    taken.add(own);
    return own;
  });
  return { ...indexGraph(builder.finish(outputs)), selections, unpacked, routines };
}

/** Options of `prepareGraph`. */
export interface PrepareOptions {
  /** Returns true if the input with this number is packed; see `Slot`. */
  readonly isPacked: (input: number) => boolean;
  readonly target: PlanTarget;
  /** Functions that split operators into parts; null for a target without strategies. */
  readonly splitting: Splitting | null;
  readonly routines: Routines;
}

/** A graph as `prepareGraph` returns it, ready to be divided into stages. */
export interface PreparedGraph extends IndexedGraph {
  readonly routines: Routines;
  readonly selections: Selections;
  /** Values that are unpacked copies of packed inputs. They must all be stored. */
  readonly unpacked: ReadonlySet<Value>;
}

/**
 * Branches that were replaced by computing both cases and selecting the result. Their nodes are not fused with the rest
 * of the graph, just as those of a branch are not, because fusion could change the order in which other values are
 * computed.
 */
export interface Selections {
  /** Operands and results of the replaced branches. They are stored in row-major order, as those of a branch are. */
  readonly kept: Set<Value>;
  /** For each node of a replaced branch, a number that identifies the branch. */
  readonly nodes: Map<Node, number>;
}

function selectInStage(
  builder: GraphBuilder,
  operands: readonly Value[],
  branches: Branches,
  { kept, nodes }: Selections,
): readonly Value[] {
  const before = builder.valueCount;
  const results = selectBranch(builder, operands, branches);
  const number = new Set(nodes.values()).size;
  for (let value = before; value < builder.valueCount; value++) {
    const maker = builder.maker(value);
    if (maker !== undefined) nodes.set(maker, number);
  }
  for (const value of [...operands, ...results]) kept.add(value);
  return results;
}

/**
 * Returns n if the first n operands of a node must not be packed: for a loop, the number of carries; for a routine, the
 * number of all operands; otherwise 0.
 */
function operandsOfOneForm(graph: Graph, node: Node, routines: Routines): number {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class === 'loop') return lowering.loop(facts.attributes).carries;
  return routines.of(graph, node) === null ? 0 : node.operands.length;
}

function inStandardForm(
  builder: GraphBuilder,
  graph: Graph,
  node: Node,
  operands: readonly Value[],
  { target, routines, splitting }: PrepareOptions,
): readonly Value[] {
  const routine = routines.of(graph, node);
  if (routine?.standardForm) return routine.standardForm({ builder, node, operands, target, splitting });
  const inParts = splitting === null ? null : splitNode(builder, graph, node, operands, target, splitting);
  return inParts === null ? builder.append(node, operands) : [inParts];
}

/** Splits a reduction or running sums with too few results for the target; returns null for all other nodes. */
function splitNode(
  builder: GraphBuilder,
  graph: Graph,
  node: Node,
  [x]: readonly Value[],
  target: PlanTarget,
  splitting: Splitting,
): Value | null {
  const { lowering, node: facts } = lowered(graph, node);
  switch (lowering.class) {
    case 'reduce':
      return splitting.reduction(builder, x, lowering.combine, lowering.axes(facts.attributes), target);
    case 'argReduce':
      return splitting.argReduction(builder, x, lowering.axis(facts.attributes), lowering.largest, target);
    case 'scan':
      return lowering.combine === 'add' ? splitting.cumSum(builder, x, lowering.along(facts.attributes), target) : null;
    default:
      return null;
  }
}

function copyOf(builder: GraphBuilder, value: Value): Value {
  return builder.reshape(value, builder.shape(value));
}
