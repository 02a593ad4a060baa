import {
  attributeGraphs,
  axisIndex,
  dataIndex,
  type ElementContext,
  type Graph,
  type Node,
  producers,
} from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import type { Group } from '../stages/fuse.ts';

/**
 * The groups in which some index of the graph is checked first. What must survive an error may be written over after
 * them: later checks of the same indices find nothing new.
 */
export function firstChecks(graph: Graph, groups: readonly Group[]): readonly Group[] {
  const makers = producers(graph);
  const made = new Set(groups.flatMap(({ members }) => members.flatMap(({ stage }) => stage.node.results)));
  const seen = new Set<string>();
  return groups.filter((group) => {
    const before = seen.size;
    const visited = new Set<Node>();
    const visit = (node: Node): void => {
      if (visited.has(node)) return;
      visited.add(node);
      for (const check of checksOf(graph, node)) seen.add(check);
      // What has no memory is computed where it is read.
      for (const operand of node.operands) {
        const maker = made.has(operand) ? undefined : makers[operand];
        if (maker !== undefined) visit(maker);
      }
    };
    for (const { stage } of group.members) visit(stage.node);
    return seen.size > before;
  });
}

/** What a node checks: which indices, against which extent. */
function checksOf(graph: Graph, node: Node): readonly string[] {
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
    for (const { operand, place } of lowering.pieces(facts)) {
      place(
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
