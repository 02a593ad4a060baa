import type { Attributes, OpName } from '../operators/attributes.ts';
import type { TensorType } from '../types/shape.ts';

/** A value of a graph: the position of its type in `Graph.types`. Inputs come first, then the nodes' results in order. */
export type Value = number;

/** One application of an operator. */
export type Node<K extends OpName = OpName> = {
  [Op in K]: {
    readonly op: Op;
    readonly operands: readonly Value[];
    readonly attributes: Attributes[Op];
    readonly results: readonly Value[];
  };
}[K];

/**
 * A computation in static single assignment: plain data, with every shape known.
 * Nodes stand in an order in which each value is made before it is used.
 */
export interface Graph {
  /** Number of inputs; their values are 0 … inputCount - 1. */
  readonly inputCount: number;
  /** Type of every value. */
  readonly types: readonly TensorType[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

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
