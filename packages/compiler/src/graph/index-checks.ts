import { attributeGraphs, axisIndex, dataIndex, type ElementContext, type Graph, type Node } from '@manabi/ir';
import { lowered } from './element.ts';

/**
 * Returns the index checks that a node makes, each as a string of the number of the index value and the length of the
 * axis, `indices<extent>`. Equal strings mean equal checks.
 */
export function checksOf(graph: Graph, node: Node): readonly string[] {
  const { lowering, node: facts } = lowered(graph, node);
  const checks: string[] = [];
  const context: ElementContext<string> = {
    operand: (position) => `${node.operands[position]}`,
    constant: () => '',
    instruction: () => `of ${node.operands.join()}`,
    fromIndex: () => '',
    toIndex: (indices, extent) => {
      checks.push(`${indices}<${extent}`);
      return dataIndex(-1, extent);
    },
  };
  if (lowering.class === 'pointwise' && lowering.kind === 'layout') {
    const index = facts.results[0].shape.map((extent, axis) => axisIndex(axis, extent));
    lowering.element(context, index, facts);
  } else if (lowering.class === 'assemble') {
    for (const { operand, target } of lowering.pieces(facts)) {
      target(
        context,
        facts.operands[operand].shape.map((extent, axis) => axisIndex(axis, extent)),
      );
    }
  } else if (attributeGraphs(node).some(([, inner]) => hasChecks(inner))) {
    checks.push(`within ${node.results[0]}`);
  }
  return checks;
}

function hasChecks(graph: Graph): boolean {
  return graph.nodes.some((node) => checksOf(graph, node).length > 0);
}
