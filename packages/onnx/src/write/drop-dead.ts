import { namesRead } from './build.ts';
import type { DraftGraph, DraftNode, NodeAttributes } from './draft.ts';

/** Operators whose last outputs are optional, and slow to compute. */
const OPTIONAL_OUTPUTS: readonly string[] = ['MaxPool'];

/**
 * Removes nodes whose results are unused, and optional outputs that are, also in the bodies of loops and branches. Such
 * nodes exist because the functions that write operators may write more results than are needed.
 */
export function dropDead(graph: DraftGraph): DraftGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const kept: DraftNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    const attributes = withoutDead(node.attributes);
    for (const input of node.inputs) needed.add(input);
    for (const value of Object.values(attributes)) {
      if (value?.kind === 'graph') for (const name of namesRead(value.graph)) needed.add(name);
    }
    kept.push({ ...node, outputs: neededOutputs(node, needed), attributes });
  }
  return { ...graph, nodes: kept.reverse() };
}

function neededOutputs({ opType, outputs }: DraftNode, needed: ReadonlySet<string>): readonly string[] {
  if (!OPTIONAL_OUTPUTS.includes(opType)) return outputs;
  return outputs.slice(0, outputs.findLastIndex((output) => needed.has(output)) + 1);
}

function withoutDead(attributes: NodeAttributes): NodeAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      value?.kind === 'graph' ? { kind: 'graph', graph: dropDead(value.graph) } : value,
    ]),
  );
}
