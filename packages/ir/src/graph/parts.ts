import type { TensorType } from '../types/shape.ts';
import type { Graph, Node, Value } from './graph.ts';

/** Types of a graph's inputs, in order. */
export function inputTypes(graph: Graph): readonly TensorType[] {
  return graph.types.slice(0, graph.inputCount);
}

/** Types of a graph's outputs, in order. */
export function outputTypes(graph: Graph): readonly TensorType[] {
  return graph.outputs.map((value) => graph.types[value]);
}

/** The node that makes each value; undefined for inputs. */
export function producers(graph: Graph): readonly (Node | undefined)[] {
  const makers = new Array<Node | undefined>(graph.types.length).fill(undefined);
  for (const node of graph.nodes) for (const result of node.results) makers[result] = node;
  return makers;
}

/** True for an attribute that is a graph. */
export function isGraph(attribute: unknown): attribute is Graph {
  return typeof attribute === 'object' && attribute !== null && 'nodes' in attribute && 'inputCount' in attribute;
}

/** The graphs among a node's attributes, with their names: the body of a call and its gradient. */
export function attributeGraphs(node: Node): readonly (readonly [name: string, graph: Graph])[] {
  return Object.entries(node.attributes).filter((entry): entry is [string, Graph] => isGraph(entry[1]));
}

/** The node with the graphs among its attributes changed; the node itself if none is. */
export function withAttributeGraphs(node: Node, change: (graph: Graph, name: string) => Graph): Node {
  const changed = attributeGraphs(node).flatMap(([name, graph]) => {
    const result = change(graph, name);
    return result === graph ? [] : [[name, result] as const];
  });
  if (changed.length === 0) return node;
  // Other graphs under the same names: the compiler cannot see that through the entries.
  return { ...node, attributes: { ...node.attributes, ...Object.fromEntries(changed) } } as Node;
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
