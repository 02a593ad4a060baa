import { attributeGraphs, type Graph, isFloat, isInteger, type Node } from '@manabi/ir';

/**
 * Returns why ONNX Runtime would compute wrong or inexact results for a graph, as one sentence; null if it would not.
 */
export function unsuited(graph: Graph): string | null {
  if (graph.types.some(({ dtype }) => dtype === 'float64')) {
    return 'ONNX Runtime computes several operators on float64 in float32.';
  }
  for (const node of graph.nodes) {
    const reason = unsuitedNode(graph, node);
    if (reason !== null) return reason;
    for (const [name, inner] of attributeGraphs(node)) {
      // The gradient graph of a call is not run.
      const found = name === 'vjp' ? null : unsuited(inner);
      if (found !== null) return found;
    }
  }
  return null;
}

function unsuitedNode({ types }: Graph, { op, operands, results }: Node): string | null {
  const { dtype } = types[operands[0] ?? results[0]];
  if (op === 'reduceProd' && isInteger(dtype)) return 'Products of integers do not wrap in ONNX Runtime.';
  if (op === 'bitcast' && isFloat(dtype) !== isFloat(types[results[0]].dtype)) {
    return 'ONNX Runtime has no kernel that reads the bits of floats as integers, or of integers as floats.';
  }
  return null;
}
