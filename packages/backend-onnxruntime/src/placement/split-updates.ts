import { type Graph, type Node, simplify, type Value } from '@manabi/ir';
import { partOf } from './part-of.ts';
import { Uses, updateNodes } from './state-updates.ts';

/** A graph in two parts: the second part updates the state of a training from results of the first one. */
export interface SplitUpdates {
  /** First part. */
  readonly main: Graph;
  /** Inputs of the first part, as indices of the inputs of the whole graph. */
  readonly mainInputs: readonly number[];
  /** Second part. Its inputs are `updateInputs`, followed by `made`. */
  readonly update: Graph;
  /** Inputs of the second part that are inputs of the whole graph, as indices of these. */
  readonly updateInputs: readonly number[];
  /** Further inputs of the second part, as indices of the outputs of the first one. */
  readonly made: readonly number[];
  /** Outputs of the whole graph, as indices of the outputs of the first part followed by those of the second one. */
  readonly outputs: readonly number[];
}

/**
 * Splits a graph into the updates of the state of a training and the rest. Returns null for graphs without updates that are
 * worth it: see `updateNodes`.
 *
 * @param donated inputs that each run releases
 */
export function splitUpdates(given: Graph, donated: readonly number[]): SplitUpdates | null {
  const graph = simplify(given);
  const isUpdate = updateNodes(graph, donated);
  if (isUpdate.size === 0) return null;
  const late = withCopies(graph, isUpdate);
  const rest = graph.nodes.filter((node) => !isUpdate.has(node));
  const updated = new Set(late.flatMap(({ results }) => results));
  const fresh = new Set([...isUpdate].flatMap(({ results }) => results));
  const cut = [...new Set(late.flatMap(({ operands }) => operands))].filter(
    (value) => !updated.has(value) && value >= graph.inputCount,
  );
  const early = [...new Set([...graph.outputs.filter((value) => !fresh.has(value)), ...cut])];
  const states = [...new Set(graph.outputs.filter((value) => fresh.has(value)))];
  const main = partOf(graph, rest, early);
  const update = partOf(graph, late, states, cut);
  const all = [...early, ...states];
  return {
    main: main.graph,
    mainInputs: main.inputs,
    update: update.graph,
    updateInputs: update.inputs,
    made: cut.map((value) => early.indexOf(value)),
    outputs: graph.outputs.map((value) => all.indexOf(value)),
  };
}

/** Adds the nodes that repeat numbers for the given ones to these, also if other nodes use them too. */
function withCopies(graph: Graph, nodes: ReadonlySet<Node>): readonly Node[] {
  const uses = new Uses(graph);
  const all = new Set(nodes);
  const read = new Set<Value>([...nodes].flatMap(({ operands }) => operands));
  for (const node of [...graph.nodes].reverse()) {
    if (!uses.repeats(node) || !node.results.some((result) => read.has(result))) continue;
    all.add(node);
    for (const operand of node.operands) read.add(operand);
  }
  return graph.nodes.filter((node) => all.has(node));
}
