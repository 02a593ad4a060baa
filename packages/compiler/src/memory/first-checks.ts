import { type Graph, type Node, producers } from '@manabi/ir';
import { checksOf } from '../graph/index-checks.ts';
import type { Group } from '../stages/group.ts';

/**
 * Returns the groups that are the first to check some index of the graph. Later checks of the same indices cannot fail,
 * so inputs that must survive an error may be overwritten after these groups.
 */
export function firstChecks(graph: Graph, groups: readonly Group[]): readonly Group[] {
  const makers = producers(graph);
  const grouped = new Set(groups.flatMap(({ members }) => members.flatMap(({ stage }) => stage.node.results)));
  const seen = new Set<string>();
  return groups.filter((group) => {
    const before = seen.size;
    const visited = new Set<Node>();
    const visit = (node: Node): void => {
      if (visited.has(node)) return;
      visited.add(node);
      for (const check of checksOf(graph, node)) seen.add(check);
      // Values that are not stored are computed where they are read.
      for (const operand of node.operands) {
        const maker = grouped.has(operand) ? undefined : makers[operand];
        if (maker !== undefined) visit(maker);
      }
    };
    for (const { stage } of group.members) visit(stage.node);
    return seen.size > before;
  });
}
