import type { Graph, Node } from '@manabi/ir';

/** Returns the nodes that read each value of a graph, each of them once. */
export function readersOf({ types, nodes }: Graph): readonly (readonly Node[])[] {
  const readers = types.map((): Node[] => []);
  for (const node of nodes) for (const operand of new Set(node.operands)) readers[operand].push(node);
  return readers;
}
