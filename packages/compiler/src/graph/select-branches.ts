import { type Graph, type GraphBuilder, graphBuilder, inputTypes, type Node, sizeOf, type Value } from '@manabi/ir';
import type { PlanCosts, PlanTarget } from '../target.ts';
import { lowered, storedElements } from './element.ts';
import { elementCost } from './element-cost.ts';
import { checksOf } from './index-checks.ts';

/** The two graphs of a branch whose graphs are so cheap that both can be computed. */
export interface Branches {
  readonly thenBranch: Graph;
  readonly elseBranch: Graph;
}

/**
 * Returns the graphs of a branch if computing both and selecting one result costs less than a branch; null otherwise.
 * Both graphs must be pointwise, so that fusion cannot change results, and must not check indices, because the graph
 * that is not selected must not report errors.
 */
export function cheapBranches(graph: Graph, node: Node, target: PlanTarget): Branches | null {
  const { costs } = target;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'branch') return null;
  const branches = lowering.branches(facts.attributes);
  const thenBranch = withoutBranches(branches.thenBranch, target);
  const elseBranch = withoutBranches(branches.elseBranch, target);
  return costOf(thenBranch, costs) + costOf(elseBranch, costs) <= costs.branch ? { thenBranch, elseBranch } : null;
}

/** Replaces each cheap branch within a graph: computes both of its graphs and selects one result. */
function withoutBranches(graph: Graph, target: PlanTarget): Graph {
  const cheap = graph.nodes.map((node) => cheapBranches(graph, node, target));
  if (cheap.every((branches) => branches === null)) return graph;
  const b = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => b.input(type));
  for (const [i, node] of graph.nodes.entries()) {
    const operands = node.operands.map((operand) => values[operand]);
    const branches = cheap[i];
    const results = branches === null ? b.append(node, operands) : selectBranch(b, operands, branches);
    node.results.forEach((result, position) => {
      values[result] = results[position];
    });
  }
  return b.finish(graph.outputs.map((output) => values[output]));
}

/** Returns the cost of computing all values of a graph; infinite if some node is not pointwise. */
function costOf(graph: Graph, costs: PlanCosts): number {
  const outputs = graph.outputs.reduce((sum, output) => sum + sizeOf(graph.types[output].shape), 0);
  return graph.nodes.reduce((sum, node) => {
    if (storedElements(graph, node) !== null) return sum;
    const cost = checksOf(graph, node).length === 0 ? elementCost(graph.types, node, costs) : null;
    return cost === null ? Number.POSITIVE_INFINITY : sum + cost * sizeOf(graph.types[node.results[0]].shape);
  }, outputs);
}

/** Computes both graphs of a branch and selects between their results by the condition. */
export function selectBranch(
  b: GraphBuilder,
  [condition, ...operands]: readonly Value[],
  { thenBranch, elseBranch }: Branches,
): readonly Value[] {
  const others = b.inline(elseBranch, operands);
  return b
    .inline(thenBranch, operands)
    .map((value, i) => b.select(b.expand(condition, b.shape(value), []), value, others[i]));
}
