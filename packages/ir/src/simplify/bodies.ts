import type { Graph, Node } from '../graph/graph.ts';
import { withAttributeGraphs } from '../graph/parts.ts';

const differentiable = new WeakMap<Graph, Graph>();
const final = new WeakMap<Graph, Graph>();

/**
 * Simplifies the graphs in the attributes of a graph's nodes, such as the bodies of loops. If `isFinal` is true, also
 * removes the gradient graphs of calls. Results are cached for each graph.
 */
export function simplifyBodies(
  graph: Graph,
  isFinal: boolean,
  simplify: (graph: Graph, options: { readonly final: boolean }) => Graph,
): Graph {
  const known = isFinal ? final : differentiable;
  const simplified = (body: Graph): Graph => {
    let result = known.get(body);
    if (result === undefined) {
      result = simplify(body, { final: isFinal });
      known.set(body, result);
      known.set(result, result);
    }
    return result;
  };
  let changed = false;
  const nodes = graph.nodes.map((node): Node => {
    const open =
      isFinal && node.op === 'call' && node.attributes.vjp !== null
        ? { ...node, attributes: { ...node.attributes, vjp: null } }
        : node;
    const result = withAttributeGraphs(open, simplified);
    changed ||= result !== node;
    return result;
  });
  return changed ? { ...graph, nodes } : graph;
}
