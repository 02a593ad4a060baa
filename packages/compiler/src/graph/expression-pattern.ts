import { consumers, type Graph, graphBuilder, inputTypes, type Node, type Value } from '@manabi/ir';
import { type IndexedGraph, indexGraph } from './element.ts';
import { type Pattern, patternCall } from './routine.ts';

/** Nodes of a graph that form an expression which a routine computes. */
interface Match {
  readonly operands: readonly Value[];
  /** Nodes of the expression, in the order of the graph. The last one computes the results of the expression. */
  readonly nodes: readonly Node[];
}

/**
 * Creates the `pattern` of a routine that computes an expression of several operators, such as a sum of products. Each
 * expression found in a graph is replaced by a call whose body is the expression.
 *
 * @param operandsOf returns the operands of the expression whose last node is given, or null if the routine computes no
 * expression that ends in this node. An expression is not replaced if nodes outside it read its intermediate values,
 * because the call would not compute them.
 * @example
 * ```ts
 * import { expressionPattern } from '@manabi/compiler';
 * import { graphBuilder } from '@manabi/ir';
 *
 * // Finds sums of products: Σ a · b.
 * const sumsOfProducts = expressionPattern(({ makers }, { op, operands }) => {
 *   const product = makers[operands[0]];
 *   return op === 'reduceSum' && product?.op === 'mul' ? product.operands : null;
 * });
 * const b = graphBuilder();
 * const [x, y] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [3] }));
 * const found = sumsOfProducts(b.finish([b.reduceSum(b.mul(x, y), [0])]), 'dot');
 * console.log(found.nodes.map(({ op }) => op)); // ['call']
 * ```
 */
export function expressionPattern(operandsOf: (graph: IndexedGraph, last: Node) => readonly Value[] | null): Pattern {
  return (graph, routine) => {
    const matches = findMatches(indexGraph(graph), operandsOf);
    if (matches.size === 0) return graph;
    const inner = new Set([...matches.values()].flatMap(({ nodes }) => nodes.slice(0, -1)));
    const builder = graphBuilder();
    const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
    const mapped = (of: readonly Value[]): readonly Value[] => of.map((value) => values[value]);
    for (const node of graph.nodes) {
      if (inner.has(node)) continue;
      const match = matches.get(node);
      const types = node.results.map((result) => graph.types[result]);
      const results =
        match === undefined
          ? builder.append(node, mapped(node.operands), types)
          : builder.emit('call', mapped(match.operands), {
              name: patternCall(routine),
              config: {},
              body: bodyOf(graph, match),
              vjp: null,
              checkpoint: false,
            });
      node.results.forEach((result, i) => {
        values[result] = results[i];
      });
    }
    return builder.finish(mapped(graph.outputs));
  };
}

/** Returns the expressions in a graph that the routine computes, by their last nodes. No two of them share a node. */
function findMatches(
  graph: IndexedGraph,
  operandsOf: (graph: IndexedGraph, last: Node) => readonly Value[] | null,
): ReadonlyMap<Node, Match> {
  const matches = new Map<Node, Match>();
  const readers = consumers(graph);
  const taken = new Set<Node>();
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const last = graph.nodes[i];
    const operands = taken.has(last) ? null : operandsOf(graph, last);
    if (operands === null) continue;
    const nodes = nodesBetween(graph, operands, last);
    if (nodes.some((node) => taken.has(node)) || !isClosed(graph, nodes, readers)) continue;
    matches.set(last, { operands, nodes });
    for (const node of nodes) taken.add(node);
  }
  return matches;
}

/** Returns the nodes that compute the results of `last` from `operands`, in the order of the graph. */
function nodesBetween(graph: IndexedGraph, operands: readonly Value[], last: Node): readonly Node[] {
  const found = new Set<Node>();
  const visit = (node: Node): void => {
    if (found.has(node)) return;
    found.add(node);
    for (const operand of node.operands) {
      const maker = graph.makers[operand];
      if (maker !== undefined && !operands.includes(operand)) visit(maker);
    }
  };
  visit(last);
  return graph.nodes.filter((node) => found.has(node));
}

/** Returns true if no other nodes read the intermediate values of the given nodes, so that a call can replace them. */
function isClosed(graph: Graph, nodes: readonly Node[], readers: readonly (readonly Node[])[]): boolean {
  return nodes
    .slice(0, -1)
    .every(({ results }) =>
      results.every(
        (result) => !graph.outputs.includes(result) && readers[result].every((reader) => nodes.includes(reader)),
      ),
    );
}

function bodyOf(graph: Graph, { operands, nodes }: Match): Graph {
  const builder = graphBuilder();
  const mapped = new Map<Value, Value>();
  for (const operand of operands) mapped.set(operand, builder.input(graph.types[operand]));
  const lookUp = (value: Value): Value => {
    const found = mapped.get(value);
    if (found === undefined) throw new Error(`Value ${value} is neither an operand of the pattern nor computed in it.`);
    return found;
  };
  for (const node of nodes) {
    const results = builder.append(
      node,
      node.operands.map(lookUp),
      node.results.map((result) => graph.types[result]),
    );
    node.results.forEach((result, i) => {
      mapped.set(result, results[i]);
    });
  }
  return builder.finish(nodes[nodes.length - 1].results.map(lookUp));
}
