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
  /** Names of the groups of cases, which are operators and composites. Default: all. */
  readonly groups?: readonly string[];
  /** Regular expression that matches the names of the cases. Default: all. */
  readonly cases?: RegExp;
  readonly reason: string;
}

/**
 * Returns the first gap that covers a case: its name, the name of its group and a node of its graph; undefined if no gap
 * does, so a backend with these gaps must support the graph.
 */
export function gapOf(
  { name, graph }: { readonly name: string; readonly graph: Graph },
  gaps: readonly Gap[],
  group = '',
): Gap | undefined {
  const named = gaps.filter(({ groups, cases }) => (groups?.includes(group) ?? true) && (cases?.test(name) ?? true));
  if (named.length === 0) return undefined;
  const graphs = [...graphsIn(inlineCalls(graph))];
  return named.find(({ ops, dtypes }) =>
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
export function formatGap({ ops, groups, dtypes, reason }: Gap): string {
  return `${(ops ?? groups)?.join(', ') ?? 'everything'}${dtypes === undefined ? '' : ` of ${dtypes.join(', ')}`}: ${reason}`;
}

/** Whether a graph contains an operator that a backend may run with a routine. */
export function hasRoutine(graph: Graph): boolean {
  return [...graphsIn(inlineCalls(graph))].some(({ nodes }) =>
    nodes.some(({ op }) => lowerings[op].class === 'routine'),
  );
}
