import { type Graph, graphBuilder, type Node, type Value } from '@manabi/ir';

/** Some nodes of a graph as a graph of their own. */
export interface Part {
  readonly graph: Graph;
  /** Inputs of the whole graph that are the first inputs of the part, as indices. Other inputs follow. */
  readonly inputs: readonly number[];
}

/**
 * Returns some nodes of a graph as a graph with the given outputs.
 *
 * @param nodes nodes in the order of the graph; their operands are inputs of the graph, results of these nodes, or in `given`
 * @param given further inputs of the part, which are its last inputs
 */
export function partOf(
  graph: Graph,
  nodes: readonly Node[],
  outputs: readonly Value[],
  given: readonly Value[] = [],
): Part {
  const builder = graphBuilder();
  const read = new Set([...nodes.flatMap(({ operands }) => operands), ...outputs]);
  const inputs = Array.from({ length: graph.inputCount }, (_, i) => i).filter((input) => read.has(input));
  const values = new Map<Value, Value>(
    [...inputs, ...given].map((value) => [value, builder.input(graph.types[value])]),
  );
  const valueIn = (value: Value): Value => {
    const found = values.get(value);
    if (found === undefined) throw new RangeError(`value ${value} is neither an input nor a result of the part`);
    return found;
  };
  for (const node of nodes) {
    const types = node.results.map((result) => graph.types[result]);
    const results = builder.append(node, node.operands.map(valueIn), types);
    for (const [i, result] of node.results.entries()) values.set(result, results[i]);
  }
  return { graph: builder.finish(outputs.map(valueIn)), inputs };
}
