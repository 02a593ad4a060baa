import { gpuStrategies, type Step, type Strategies } from '@manabi/compiler';
import type { Graph, Node, Value } from '@manabi/ir';

/** Which operators of a graph the compiler fused into which steps. */
export interface Fusion {
  /** The graph after simplification, with routines in place of the operators that they compute. */
  readonly graph: Graph;
  /** For each step of the plan, the nodes that it computes, in the order of the graph. */
  readonly nodes: ReadonlyMap<Step, readonly Node[]>;
}

/**
 * Records the fusion of a compilation. The strategies do the same as `gpuStrategies`, which have no effect on a target without
 * the limits of GPUs.
 */
export function recordFusion(): { readonly strategies: Strategies; readonly fusion: () => Fusion } {
  let graph: Graph | null = null;
  let stored: ReadonlySet<Value> = new Set();
  let nodes = new Map<Step, readonly Node[]>();
  const strategies: Strategies = {
    ...gpuStrategies,
    // The graphs in loops and branches come first, and the graph itself last.
    checkSizes: (given, values, isPacked, target) => {
      graph = given;
      stored = values;
      gpuStrategies.checkSizes(given, values, isPacked, target);
    },
    setApart: (planned, apart, target) => {
      const current = graph;
      if (current === null) throw new Error('The compiler did not check sizes before it compared bindings.');
      nodes = new Map(
        planned.groups.flatMap(({ members }, i) => {
          const fused = fusedNodes(
            current,
            stored,
            members.map(({ stage }) => stage.node),
          );
          return planned.steps[i].map((step) => [step, fused] as const);
        }),
      );
      return gpuStrategies.setApart(planned, apart, target);
    },
  };
  return {
    strategies,
    fusion: () => {
      if (graph === null) throw new Error('Compile a graph with the strategies first.');
      return { graph, nodes };
    },
  };
}

/** Returns the given nodes of a step, and those that compute their operands on the fly. */
function fusedNodes(graph: Graph, stored: ReadonlySet<Value>, roots: readonly Node[]): readonly Node[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.results.map((value) => [value, node] as const)));
  const found = new Set<Node>();
  const visit = (node: Node): void => {
    if (found.has(node)) return;
    found.add(node);
    for (const operand of node.operands) {
      const producer = producers.get(operand);
      if (producer !== undefined && !stored.has(operand)) visit(producer);
    }
  };
  for (const node of roots) visit(node);
  return graph.nodes.filter((node) => found.has(node));
}
