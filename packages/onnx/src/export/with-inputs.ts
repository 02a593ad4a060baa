import type { Graph, Value } from '@manabi/ir';

/** Reorders the inputs of a graph: input i of the result is input `order[i]` of the given graph. */
export function withInputs(graph: Graph, order: readonly number[]): Graph {
  const positions = new Map(order.map((from, to) => [from, to]));
  const moved = (value: Value): Value => positions.get(value) ?? value;
  return {
    ...graph,
    types: graph.types.map((type, value) => (value < order.length ? graph.types[order[value]] : type)),
    nodes: graph.nodes.map((node) => ({ ...node, operands: node.operands.map(moved) })),
    outputs: graph.outputs.map(moved),
  };
}
