import { type DType, type Graph, inlineCalls, type OpName, operators } from '@manabi/ir';

/** Something that a backend cannot do, and why. It concerns nodes that are both: of these operators, of these dtypes. */
export interface Gap {
  /** All operators, if left out. */
  readonly ops?: readonly OpName[];
  /** Dtypes of an operand or result; any, if left out. */
  readonly dtypes?: readonly DType[];
  readonly reason: string;
}

/** The gap that a graph falls into; undefined if a backend with these gaps claims to run it. */
export function gapOf(graph: Graph, gaps: readonly Gap[]): Gap | undefined {
  if (gaps.length === 0) return undefined;
  const { nodes, types } = inlineCalls(graph);
  return gaps.find(({ ops, dtypes }) =>
    nodes.some(
      ({ op, operands, results }) =>
        (ops === undefined || ops.includes(op)) &&
        (dtypes === undefined || [...operands, ...results].some((value) => dtypes.includes(types[value].dtype))),
    ),
  );
}

/** A gap in words: `topK, argMax of float64: reason`. */
export function formatGap({ ops, dtypes, reason }: Gap): string {
  return `${ops?.join(', ') ?? 'everything'}${dtypes === undefined ? '' : ` of ${dtypes.join(', ')}`}: ${reason}`;
}

/** True for graphs in which a backend may use a routine. */
export function hasRoutine(graph: Graph): boolean {
  return inlineCalls(graph).nodes.some(({ op }) => operators[op].lowering.class === 'routine');
}
