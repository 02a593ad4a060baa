import { type Attributes, type Graph, type GraphBuilder, graphBuilder, type Node, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import { type IndexedGraph, indexGraph, lowered, storedElements } from './element.ts';
import { type Branches, cheapBranches, selectBranch } from './select-branches.ts';
import { splitProduct } from './split-product.ts';
import { splitArgReduction, splitReduction } from './split-reduction.ts';

/**
 * The graph in the form that stages are made from: every output is the result of a node of its own, `dot` and `topK` look
 * along last axes, packed inputs are read by kernels alone, and reductions and products that have too few results for the
 * target are cut into parts.
 *
 * @param isPacked whether an input is packed
 */
export function prepareGraph(graph: Graph, isPacked: (input: number) => boolean, target: PlanTarget): PreparedGraph {
  const selections: Selections = { kept: new Set(), nodes: new Map() };
  const builder = graphBuilder();
  const places: Value[] = [];
  for (let input = 0; input < graph.inputCount; input++) places.push(builder.input(graph.types[input]));
  for (const node of graph.nodes) {
    const unpacked = operandsOfOneForm(graph, node);
    const operands = node.operands.map((operand, i) => {
      const copies = i < unpacked && operand < graph.inputCount && isPacked(operand);
      return copies ? copyOf(builder, places[operand]) : places[operand];
    });
    const branches = cheapBranches(graph, node, target);
    const results =
      branches === null
        ? inStandardForm(builder, graph, node, operands, target)
        : selectInStage(builder, operands, branches, selections);
    node.results.forEach((result, i) => {
      places[result] = results[i];
    });
  }
  const taken = new Set<Value>();
  const outputs = graph.outputs.map((output) => {
    const value = places[output];
    const maker = builder.maker(value);
    const isStored = maker !== undefined && storedElements(graph, maker) !== null;
    const own = maker === undefined || isStored || taken.has(value) ? copyOf(builder, value) : value;
    taken.add(own);
    return own;
  });
  return { ...indexGraph(builder.finish(outputs)), selections };
}

/** A graph that stages can be made from. */
export interface PreparedGraph extends IndexedGraph {
  readonly selections: Selections;
}

/**
 * What was a branch. It stays as far from what surrounds it as a branch does, so that nothing around it is computed in
 * another order.
 */
export interface Selections {
  /** Operands and results, which have memory and are row-major. */
  readonly kept: Set<Value>;
  /** The nodes of each branch, by its number. */
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

/** How many of the first operands of a node must lie as all values do: carries and what routines read. */
function operandsOfOneForm(graph: Graph, node: Node): number {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class === 'loop') return lowering.loop(facts.attributes).carries;
  return lowering.class === 'routine' ? node.operands.length : 0;
}

function inStandardForm(
  builder: GraphBuilder,
  graph: Graph,
  node: Node,
  operands: readonly Value[],
  target: PlanTarget,
): readonly Value[] {
  switch (node.op) {
    case 'topK':
      return topKOfLastAxis(builder, operands[0], node.attributes);
    case 'dot': {
      const product = (left: Value, right: Value, attributes: Attributes['dot']): Value =>
        dotOfLastAxes(builder, [left, right], attributes);
      const inParts = splitProduct(builder, operands, node.attributes, target, product);
      return [inParts ?? dotOfLastAxes(builder, operands, node.attributes)];
    }
    default: {
      const inParts = reductionInParts(builder, graph, node, operands, target);
      return inParts === null ? builder.append(node, operands) : [inParts];
    }
  }
}

function reductionInParts(
  builder: GraphBuilder,
  graph: Graph,
  node: Node,
  [x]: readonly Value[],
  target: PlanTarget,
): Value | null {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class === 'reduce') {
    return splitReduction(builder, x, lowering.combine, lowering.axes(facts.attributes), target);
  }
  if (lowering.class !== 'argReduce') return null;
  return splitArgReduction(builder, x, lowering.axis(facts.attributes), lowering.largest, target);
}

/** Both operands as [batch..., free..., contracted...]; the transposes cost nothing unless strides do not merge. */
function dotOfLastAxes(
  builder: GraphBuilder,
  operands: readonly Value[],
  { batch, contract }: Attributes['dot'],
): Value {
  const [left, right] = operands.map((operand, side) => {
    const batchAxes = batch.map((pair) => pair[side]);
    const contractAxes = contract.map((pair) => pair[side]);
    const free = builder
      .shape(operand)
      .map((_, axis) => axis)
      .filter((axis) => !batchAxes.includes(axis) && !contractAxes.includes(axis));
    return {
      value: builder.transpose(operand, [...batchAxes, ...free, ...contractAxes]),
      first: batch.length + free.length,
    };
  });
  return builder.dot(
    left.value,
    right.value,
    batch.map((_, i) => [i, i]),
    contract.map((_, i) => [left.first + i, right.first + i]),
  );
}

function copyOf(builder: GraphBuilder, value: Value): Value {
  return builder.reshape(value, builder.shape(value));
}

function topKOfLastAxis(
  builder: GraphBuilder,
  x: Value,
  { k, axis, largest }: { readonly k: number; readonly axis: number; readonly largest: boolean },
): readonly Value[] {
  const rank = builder.shape(x).length;
  const last = rank - 1;
  if (axis === last) return builder.topK(x, k, axis, largest);
  const swap = Array.from({ length: rank }, (_, i) => (i === axis ? last : i === last ? axis : i));
  return builder.topK(builder.transpose(x, swap), k, last, largest).map((result) => builder.transpose(result, swap));
}
