import type { Graph, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { attributesKey } from '../graph/structural-key.ts';
import { graphBuilder } from '../operators/graph-builder.ts';

/**
 * Merges nodes with the same operator, operands and attributes (common subexpression elimination). This is correct
 * because every operator, including `randomBits`, is a pure function of its operands. Nodes in the body of a call are
 * not merged with nodes outside, so a checkpoint still computes its intermediate values again. Returns the graph itself
 * if there is nothing to merge.
 *
 * @example
 * ```ts
 * import { graphBuilder, mergeCommon } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.add(b.exp(x), b.exp(x))]);
 * console.log(mergeCommon(graph).nodes.length); // 2
 * ```
 */
export function mergeCommon(graph: Graph): Graph {
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const known = new Map<string, readonly Value[]>();
  let merged = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
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
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return merged ? builder.finish(graph.outputs.map((output) => values[output])) : graph;
}
