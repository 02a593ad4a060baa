import { GraphBuilder } from '../graph/builder.ts';
import { type Graph, inputTypes, type Node, type Value } from '../graph/graph.ts';

/** The graph without the nodes that no output needs. Inputs stay; a graph without such nodes is returned itself. */
export function eliminateDeadCode(graph: Graph): Graph {
  const needed = neededValues(graph, graph.outputs);
  const isNeeded = (node: Node): boolean => node.results.some((result) => needed[result]);
  if (graph.nodes.every(isNeeded)) return graph;
  const builder = new GraphBuilder();
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

/** For each value of a graph, whether some of `values` are computed from it. */
export function neededValues(graph: Graph, values: readonly Value[]): boolean[] {
  const needed = new Array<boolean>(graph.types.length).fill(false);
  for (const value of values) needed[value] = true;
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const { operands, results } = graph.nodes[i];
    if (results.some((result) => needed[result])) for (const operand of operands) needed[operand] = true;
  }
  return needed;
}
