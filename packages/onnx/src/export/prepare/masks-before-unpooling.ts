import { type Graph, type GraphBuilder, graphBuilder, inputTypes, type Node, producers, type Value } from '@manabi/ir';

/**
 * Moves the gradient of a ReLU before the gradient of the max pooling that follows it: instead of the gradients of all
 * elements, `select(0 < y, maxUnpool(g), y)`, selects those of the maxima, which are fewer. Other elements have no gradient.
 *
 * @returns the graph itself if it has no such gradient
 */
export function masksBeforeUnpooling(graph: Graph): Graph {
  const makers = producers(graph);
  if (!graph.nodes.some((node) => unpoolOf(node, makers) !== null)) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const unpool = unpoolOf(node, makers);
    const types = node.results.map((result) => graph.types[result]);
    const results =
      unpool === null
        ? builder.append(
            node,
            node.operands.map((operand) => values[operand]),
            types,
          )
        : [masked(builder, unpool, makers, values)];
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return builder.finish(graph.outputs.map((output) => values[output]));
}

/** Returns the `maxUnpool` of a node `select(0 < y, maxUnpool(g), y)`, where y was pooled; null for other nodes. */
function unpoolOf({ op, operands }: Node, makers: readonly (Node | undefined)[]): Node<'maxUnpool'> | null {
  if (op !== 'select') return null;
  const [condition, gradient, y] = operands;
  const [test, unpool] = [makers[condition], makers[gradient]];
  if (test?.op !== 'less' || test.operands[1] !== y || !isZero(makers[test.operands[0]])) return null;
  if (unpool?.op !== 'maxUnpool') return null;
  const pool = makers[unpool.operands[1]];
  return pool?.op === 'maxPool' && pool.operands[0] === y ? unpool : null;
}

function masked(
  b: GraphBuilder,
  { operands: [gradient, indices], attributes }: Node<'maxUnpool'>,
  makers: readonly (Node | undefined)[],
  values: readonly Value[],
): Value {
  const maxima = values[makers[indices]?.results[0] ?? indices];
  const isPositive = b.less(b.full(maxima, 0), maxima);
  return b.maxUnpool(b.select(isPositive, values[gradient], maxima), values[indices], attributes);
}

function isZero(node: Node | undefined): boolean {
  return node?.op === 'constant' && node.attributes.value === 0;
}
