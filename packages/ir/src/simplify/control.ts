import type { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { pruneCond } from './branches.ts';
import { sumAfterScan } from './scan-accumulate.ts';
import { hoistFromScan } from './scan-hoist.ts';
import { pruneScan, unrollTrivial } from './scan-prune.ts';
import { sinkFromScan } from './scan-sink.ts';

/**
 * Applies at most one simplification to each scan and each cond of a graph. Returns the graph itself if nothing
 * changes.
 */
export function simplifyControl(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op === 'scan' || op === 'cond')) return graph;
  const builder = graphBuilder();
  const values: (Value | null)[] = inputTypes(graph).map((type) => builder.input(type));
  const isUsed = usedValues(graph);
  const replacementOf = (value: Value): Value => {
    const replaced = values[value];
    if (replaced === null || replaced === undefined) throw new Error(`Value ${value} is used but was removed.`);
    return replaced;
  };
  let changed = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map(replacementOf);
    const replacement = replace(
      builder,
      node,
      operands,
      node.results.map((result) => isUsed[result]),
    );
    changed ||= replacement !== null;
    const results =
      replacement ??
      builder.append(
        node,
        operands,
        node.results.map((result) => graph.types[result]),
      );
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  return changed ? builder.finish(graph.outputs.map(replacementOf)) : graph;
}

function replace(
  b: GraphBuilder,
  node: Node,
  operands: readonly Value[],
  used: readonly boolean[],
): readonly (Value | null)[] | null {
  if (!used.includes(true)) return null;
  if (node.op === 'cond') return pruneCond(b, { ...node, operands }, used);
  if (node.op !== 'scan') return null;
  const scan = { ...node, operands };
  return (
    unrollTrivial(b, scan) ??
    pruneScan(b, scan, used) ??
    hoistFromScan(b, scan) ??
    sinkFromScan(b, scan) ??
    sumAfterScan(b, scan)
  );
}

function usedValues(graph: Graph): readonly boolean[] {
  const used = new Array<boolean>(graph.types.length).fill(false);
  for (const { operands } of graph.nodes) for (const operand of operands) used[operand] = true;
  for (const output of graph.outputs) used[output] = true;
  return used;
}
