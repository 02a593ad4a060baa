import type { TensorType } from '../types/shape.ts';
import type { Graph, Node, Value } from './graph.ts';

/**
 * Returns the types of a graph's inputs, in order.
 *
 * @example
 * ```ts
 * import { graphBuilder, inputTypes } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
 * console.log(inputTypes(graph)); // [{ dtype: 'float32', shape: [3] }]
 * ```
 */
export function inputTypes(graph: Graph): readonly TensorType[] {
  return graph.types.slice(0, graph.inputCount);
}

/**
 * Returns the types of a graph's outputs, in order.
 *
 * @example
 * ```ts
 * import { graphBuilder, outputTypes } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.isNaN(b.input({ dtype: 'float32', shape: [3] }))]);
 * console.log(outputTypes(graph)); // [{ dtype: 'bool', shape: [3] }]
 * ```
 */
export function outputTypes(graph: Graph): readonly TensorType[] {
  return graph.outputs.map((value) => graph.types[value]);
}

/**
 * Returns the node that computes each value of a graph, or undefined for inputs.
 *
 * @example
 * ```ts
 * import { graphBuilder, producers } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [3] }))]);
 * console.log(producers(graph).map((node) => node?.op)); // [undefined, 'neg']
 * ```
 */
export function producers(graph: Graph): readonly (Node | undefined)[] {
  const makers = new Array<Node | undefined>(graph.types.length).fill(undefined);
  for (const node of graph.nodes) for (const result of node.results) makers[result] = node;
  return makers;
}

/**
 * Returns the nodes that read each value of a graph, each of them once, in the order of the graph.
 *
 * @example
 * ```ts
 * import { consumers, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.neg(x), b.mul(x, x)]);
 * console.log(consumers(graph)[x].map((node) => node.op)); // ['neg', 'mul']
 * ```
 */
export function consumers({ types, nodes }: Graph): readonly (readonly Node[])[] {
  const readers = types.map((): Node[] => []);
  for (const node of nodes) for (const operand of new Set(node.operands)) readers[operand].push(node);
  return readers;
}

/** Returns true for an attribute that is a graph. */
export function isGraph(attribute: unknown): attribute is Graph {
  return typeof attribute === 'object' && attribute !== null && 'nodes' in attribute && 'inputCount' in attribute;
}

/**
 * Returns the graphs among a node's attributes with their names, such as the body of a call and its gradient.
 *
 * @example
 * ```ts
 * import { applyComposite, attributeGraphs, graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish(applyComposite(b, 'reciprocal', [b.input({ dtype: 'float32', shape: [3] })], {}));
 * console.log(attributeGraphs(graph.nodes[0]).map(([name]) => name)); // ['body', 'vjp']
 * ```
 */
export function attributeGraphs(node: Node): readonly (readonly [name: string, graph: Graph])[] {
  return Object.entries(node.attributes).filter((entry): entry is [string, Graph] => isGraph(entry[1]));
}

/**
 * Returns a copy of a node in which each graph in its attributes is replaced by the result of `change`. Returns the
 * node itself if no graph changes.
 *
 * @param change receives each graph and the name of its attribute, and returns the graph to use
 * @example
 * ```ts
 * import { applyComposite, graphBuilder, simplify, withAttributeGraphs } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish(applyComposite(b, 'relu', [b.input({ dtype: 'float32', shape: [3] })], {}));
 * const simplified = withAttributeGraphs(graph.nodes[0], (body) => simplify(body));
 * console.log(simplified.op); // call
 * ```
 */
export function withAttributeGraphs(node: Node, change: (graph: Graph, name: string) => Graph): Node {
  const changed = attributeGraphs(node).flatMap(([name, graph]) => {
    const result = change(graph, name);
    return result === graph ? [] : [[name, result] as const];
  });
  if (changed.length === 0) return node;
  // The attributes have the same names as before, but Object.fromEntries loses their types.
  return { ...node, attributes: { ...node.attributes, ...Object.fromEntries(changed) } } as Node;
}

/** Returns, for each value of a graph, whether it is one of `values` or is needed to compute one of them. */
export function neededValues(graph: Graph, values: readonly Value[]): boolean[] {
  const needed = new Array<boolean>(graph.types.length).fill(false);
  for (const value of values) needed[value] = true;
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const { operands, results } = graph.nodes[i];
    if (results.some((result) => needed[result])) for (const operand of operands) needed[operand] = true;
  }
  return needed;
}
