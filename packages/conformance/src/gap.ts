import { attributeGraphs, type DType, type Graph, inlineCalls, lowerings, type OpName } from '@manabi/ir';

/**
 * Operators and dtypes that a backend does not support, with the reason. A gap covers the nodes that match both `ops`
 * and `dtypes`.
 */
export interface Gap {
  /** Names of the operators. Default: all. */
  readonly ops?: readonly OpName[];
  /**
   * Dtypes of operands and results. A node matches if one of its operands or results has one of these dtypes. Default:
   * any.
   */
  readonly dtypes?: readonly DType[];
  readonly reason: string;
}

/**
 * Returns the first gap that covers a node of the graph; undefined if no gap does, so a backend with these gaps must
 * support the graph.
 */
export function gapOf(graph: Graph, gaps: readonly Gap[]): Gap | undefined {
  if (gaps.length === 0) return undefined;
  const graphs = [...graphsIn(inlineCalls(graph))];
  return gaps.find(({ ops, dtypes }) =>
    graphs.some(({ nodes, types }) =>
      nodes.some(
        ({ op, operands, results }) =>
          (ops === undefined || ops.includes(op)) &&
          (dtypes === undefined || [...operands, ...results].some((value) => dtypes.includes(types[value].dtype))),
      ),
    ),
  );
}

/** Yields a graph and all graphs in the attributes of its nodes. */
function* graphsIn(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes) for (const [, inner] of attributeGraphs(node)) yield* graphsIn(inner);
}

/** Formats a gap: `topK, argMax of float64: reason`. */
export function formatGap({ ops, dtypes, reason }: Gap): string {
  return `${ops?.join(', ') ?? 'everything'}${dtypes === undefined ? '' : ` of ${dtypes.join(', ')}`}: ${reason}`;
}

/** Whether a graph contains an operator that a backend may run with a routine. */
export function hasRoutine(graph: Graph): boolean {
  return [...graphsIn(inlineCalls(graph))].some(({ nodes }) =>
    nodes.some(({ op }) => lowerings[op].class === 'routine'),
  );
}
