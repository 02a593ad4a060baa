import type { Graph, Node, Value } from '../graph/graph.ts';
import { inputTypes, neededValues } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/** The graph without the nodes that no output needs. Inputs stay; a graph without such nodes is returned itself. */
export function eliminateDeadCode(graph: Graph): Graph {
  const needed = neededValues(graph, graph.outputs);
  const isNeeded = (node: Node): boolean => node.results.some((result) => needed[result]);
  if (graph.nodes.every(isNeeded)) return graph;
  const builder = graphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    if (!isNeeded(node)) continue;
    const results = builder.append(
      node,
      node.operands.map((operand) => places[operand]),
      node.results.map((result) => graph.types[result]),
    );
    node.results.forEach((result, i) => {
      places[result] = results[i];
    });
  }
  return builder.finish(graph.outputs.map((output) => places[output]));
}
