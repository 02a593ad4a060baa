import type { Graph, Node } from '../graph.ts';
import type { SimplifyOptions } from './index.ts';

const differentiable = new WeakMap<Graph, Graph>();
const final = new WeakMap<Graph, Graph>();

/**
 * The graph with the bodies of its calls simplified, and, if it is final, without the gradients of calls. Each body is
 * simplified once, as long as it lives.
 */
export function simplifyBodies(
  graph: Graph,
  isFinal: boolean,
  simplify: (graph: Graph, options: SimplifyOptions) => Graph,
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
    if (node.op !== 'call') return node;
    const { body, vjp } = node.attributes;
    const attributes = {
      ...node.attributes,
      body: simplified(body),
      vjp: vjp === null || isFinal ? null : simplified(vjp),
    };
    if (attributes.body === body && attributes.vjp === vjp) return node;
    changed = true;
    return { ...node, attributes };
  });
  return changed ? { ...graph, nodes } : graph;
}
