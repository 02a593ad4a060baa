import type { Graph, Node, Value } from '../graph/graph.ts';
import { inputTypes, neededValues } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * Removes the nodes that no output needs (dead code elimination). Inputs are not removed. Returns the graph itself if
 * there is nothing to remove.
 *
 * @example
 * ```ts
 * import { eliminateDeadCode, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * b.exp(x);
 * console.log(eliminateDeadCode(b.finish([b.neg(x)])).nodes.map(({ op }) => op)); // ['neg']
 * ```
 */
export function eliminateDeadCode(graph: Graph): Graph {
  const needed = neededValues(graph, graph.outputs);
  const isNeeded = (node: Node): boolean => node.results.some((result) => needed[result]);
  if (graph.nodes.every(isNeeded)) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    if (!isNeeded(node)) continue;
    const results = builder.append(
      node,
      node.operands.map((operand) => values[operand]),
      node.results.map((result) => graph.types[result]),
    );
    node.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }
  return builder.finish(graph.outputs.map((output) => values[output]));
}
