import { type Graph, type Node, producers } from '@manabi/ir';
import { checksOf } from '../graph/index-checks.ts';
import type { Group } from '../stages/group.ts';

/**
 * Returns every group that makes an index check which no earlier group has made. After these groups no check can fail,
 * so donated inputs, which must be intact after an error, may be overwritten.
 */
export function firstChecks(graph: Graph, groups: readonly Group[]): readonly Group[] {
  const makers = producers(graph);
  const grouped = new Set(groups.flatMap(({ members }) => members.flatMap(({ stage }) => stage.node.results)));
  const seen = new Set<string>();
  const checks = new Map<Node, readonly string[]>();
  const checksIn = (node: Node): readonly string[] => {
    const known = checks.get(node) ?? checksOf(graph, node);
    checks.set(node, known);
    return known;
  };
  return groups.filter((group) => {
    const before = seen.size;
    const visited = new Set<Node>();
    const visit = (node: Node): void => {
      if (visited.has(node)) return;
      visited.add(node);
      for (const check of checksIn(node)) seen.add(check);
      // A group also makes the checks of the values that it computes because they are not stored.
      for (const operand of node.operands) {
        const maker = grouped.has(operand) ? undefined : makers[operand];
        if (maker !== undefined) visit(maker);
      }
    };
    for (const { stage } of group.members) visit(stage.node);
    return seen.size > before;
  });
}
