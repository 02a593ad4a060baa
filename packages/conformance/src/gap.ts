import { attributeGraphs, type DType, type Graph, inlineCalls, lowerings, type OpName } from '@manabi/ir';

/** Something that a backend cannot do, and why. It concerns nodes that are both: of these lowerings, of these dtypes. */
export interface Gap {
  /** All lowerings, if left out. */
  readonly ops?: readonly OpName[];
  /** Dtypes of an operand or result; any, if left out. */
  readonly dtypes?: readonly DType[];
  readonly reason: string;
}

/** The gap that a graph falls into; undefined if a backend with these gaps claims to run it. */
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

/** A graph and all graphs among the attributes of its nodes. */
function* graphsIn(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.nodes) for (const [, inner] of attributeGraphs(node)) yield* graphsIn(inner);
}

/** A gap in words: `topK, argMax of float64: reason`. */
export function formatGap({ ops, dtypes, reason }: Gap): string {
  return `${ops?.join(', ') ?? 'everything'}${dtypes === undefined ? '' : ` of ${dtypes.join(', ')}`}: ${reason}`;
}

/** True for graphs in which a backend may use a routine. */
export function hasRoutine(graph: Graph): boolean {
  return [...graphsIn(inlineCalls(graph))].some(({ nodes }) =>
    nodes.some(({ op }) => lowerings[op].class === 'routine'),
  );
}
