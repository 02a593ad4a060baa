import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { attributesKey } from '../graph/structural-key.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * The graph with nodes that compute the same (operator, operands and attributes alike) made one: common subexpression
 * elimination. Every operator is a pure function of its operands, random bits included. Calls marked as checkpoints are
 * never merged with the nodes of their bodies, since bodies are not looked into. A graph without such nodes is returned
 * itself.
 */
export function mergeCommon(graph: Graph): Graph {
  const builder = graphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const known = new Map<string, readonly Value[]>();
  let merged = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
    const key = `${node.op}(${operands.join()})${attributesKey(node.attributes)}`;
    let results = known.get(key);
    if (results === undefined) {
      results = builder.append(
        node,
        operands,
        node.results.map((result) => graph.types[result]),
      );
      known.set(key, results);
    } else {
      merged = true;
    }
    for (const [i, result] of node.results.entries()) places[result] = results[i];
  }
  return merged ? builder.finish(graph.outputs.map((output) => places[output])) : graph;
}
