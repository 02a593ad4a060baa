import { type Graph, type Node, sizeOf } from '@manabi/ir';

/**
 * Returns about how many scalar operations a run of a graph takes. Loops without a limit count as one iteration.
 */
export function workOf(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + nodeWork(graph, node), 0);
}

function nodeWork({ types }: Graph, node: Node): number {
  const sizes = [...node.operands, ...node.results].map((value) => sizeOf(types[value].shape));
  const { op, attributes } = node;
  switch (op) {
    case 'constant':
    case 'iota':
    case 'reshape':
      return 0;
    case 'dot': {
      const { shape } = types[node.operands[0]];
      return 2 * sizes[2] * attributes.contract.reduce((product, [axis]) => product * shape[axis], 1);
    }
    case 'conv':
      return 2 * sizes[2] * sizeOf(types[node.operands[1]].shape.slice(1));
    case 'windowSum':
    case 'maxPool':
      return sizes[1] * sizeOf(attributes.window);
    case 'call':
      return workOf(attributes.body);
    case 'cond':
      return Math.max(workOf(attributes.thenBranch), workOf(attributes.elseBranch));
    case 'scan':
      return attributes.length * workOf(attributes.body);
    case 'while':
      return workOf(attributes.body) + workOf(attributes.test);
    default:
      return Math.max(0, ...sizes);
  }
}
