import { type Graph, type Node, producers } from '@manabi/ir';
import { checksOf } from '../graph/index-checks.ts';
import type { Group } from '../stages/group.ts';

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
