import { type Graph, type GraphBuilder, graphBuilder, inputTypes, type Node, type Value } from '@manabi/ir';

/**
 * Copies a graph and replaces the results of some nodes.
 *
 * @param replace returns new results for a node of the graph, or null to copy the node. `values` are the values of the new
 * graph by the values of the old one.
 * @returns the graph itself if no node is replaced
 */
export function rewritten(
  graph: Graph,
  replace: (builder: GraphBuilder, node: Node, values: readonly Value[]) => readonly Value[] | null,
): Graph {
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  let changed = false;
  for (const node of graph.nodes) {
    const replaced = replace(builder, node, values);
    changed ||= replaced !== null;
    const types = node.results.map((result) => graph.types[result]);
    const operands = node.operands.map((operand) => values[operand]);
    const results = replaced ?? builder.append(node, operands, types);
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return changed ? builder.finish(graph.outputs.map((output) => values[output])) : graph;
}
