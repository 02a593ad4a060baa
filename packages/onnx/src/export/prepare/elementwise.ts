import { equalShapes, type Graph, type Lowering, lowerings, type Node, type OpName } from '@manabi/ir';

/**
 * Returns whether a node is elementwise: each element of its result depends only on elements of the operands at the
 * same index.
 */
export function isElementwise<K extends OpName>({ op }: Node<K>): boolean {
  const lowering: Lowering<K> = lowerings[op];
  return lowering.class === 'pointwise' && lowering.kind === 'elementwise';
}

/**
 * Returns whether all nodes of a graph are elementwise and all values have the same shape, as in the graph that defines
 * an activation function.
 */
export function isElementwiseGraph({ types, nodes }: Graph): boolean {
  const alike = types.every(({ shape }) => equalShapes(shape, types[0].shape));
  return alike && nodes.every((node) => isElementwise(node) || isNumber(node) || isElementwiseCall(node));
}

function isNumber(node: Node): boolean {
  return node.op === 'constant' && typeof node.attributes.value === 'number';
}

function isElementwiseCall(node: Node): boolean {
  return node.op === 'call' && isElementwiseGraph(node.attributes.body);
}
