import {
  type Graph,
  type GraphBuilder,
  type IndexExpr,
  ManabiError,
  type Node,
  type OpName,
  type TensorType,
  type Value,
} from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
import type { StridedView } from './strided-view.ts';

/**
 * A tuned template as planning sees it: what it computes, what it reads, and what may follow it. Passes know routines
 * through this interface alone, so that a new one needs a row in the table and no change of a pass.
 *
 * What takes attributes is written as methods, so that rows with different attributes have one type: attributes of a
 * step only meet the row that made them.
 */
export interface Routine<A extends object = object> {
  /** Key in the table, and the name of its steps. */
  readonly name: string;
  readonly covers: Coverage;
  /** How each operand lies in memory when the routine reads it; a node with more or fewer operands is not covered. */
  readonly operands: readonly OperandForm[];
  /**
   * Writes the node in the form that `attributes` expects, with other operators around it or instead of it, before stages
   * are made; null where every node has that form.
   */
  readonly standardForm: ((site: StandardFormSite) => readonly Value[]) | null;
  /** Returns the numbers that the step carries. */
  readonly attributes: (site: RoutineSite) => A;
  /** How an epilogue walks the result; null for a routine that writes its results itself. */
  readonly epilogue: Epilogue<A> | null;
  /** Returns what a run has to do, without the epilogue. */
  cost(attributes: A): RoutineCost;
  /** Returns the step in one line, behind its name; operands and results are given as text. */
  print(attributes: A, operands: readonly string[], results: readonly string[]): string;
}

/** What a routine computes. */
export interface Coverage {
  /** Operators of the lowering class `routine`. */
  readonly operators: readonly OpName[];
  /** Names of composites: calls of them stay calls for the routine. */
  readonly composites: readonly string[];
  /** Finds what else the routine computes, such as expressions (`expressionPattern`); null if nothing. */
  readonly pattern: Pattern | null;
  /** Says whether the routine suits an operator or call that it covers, such as by its dtype; null if it suits all. */
  readonly accepts: ((graph: Graph, node: Node) => boolean) | null;
}

/**
 * Returns the graph with a call named `patternCall(routine)` in place of all that the routine computes. Its code comes with
 * the rows that have a pattern, so that others do not download it.
 */
export type Pattern = (graph: Graph, routine: string) => Graph;

/**
 * - `rows`: the whole value has memory and is row-major.
 * - `strided`: the value is a view of one that has memory, with strides that are not negative.
 */
export type OperandForm = 'rows' | 'strided';

/** A node that is to be brought into standard form. */
export interface StandardFormSite {
  readonly builder: GraphBuilder;
  readonly node: Node;
  /** Its operands in the builder. */
  readonly operands: readonly Value[];
  readonly target: PlanTarget;
}

/** A node that becomes a step. */
export interface RoutineSite {
  readonly node: Node;
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  /** Where each operand lies. */
  readonly views: readonly StridedView[];
}

/** An epilogue holds pointwise operators over the elements of the routine's only result, each at its own place. */
export interface Epilogue<A extends object = object> {
  /** Returns the extents of the axes over which the routine finishes elements. */
  axes(attributes: A): readonly number[];
  /** Returns the place in the result of the element at `axes`. */
  index(axes: readonly IndexExpr[], attributes: A, site: Omit<RoutineSite, 'views'>): readonly IndexExpr[];
}

/** What a run of a routine has to do. */
export interface RoutineCost {
  /** The sizes, for people. */
  readonly name: string;
  /** Scalar operations, counted in additions. */
  readonly operations: number;
  /** Elements of each operand that are read at least once. */
  readonly reads: readonly number[];
}

/** Routines by name. */
export type RoutineTable = Readonly<Record<string, Routine>>;

/**
 * Returns the row of a routine in a table.
 *
 * @param user what asks for it, as the subject of the error message
 * @throws ManabiError `argument` for a name without a row, with the names that have one
 */
export function routineNamed<R>(table: Readonly<Record<string, R>>, name: string, user: string): R {
  if (Object.hasOwn(table, name)) return table[name];
  const known = Object.keys(table);
  throw new ManabiError(
    'argument',
    `${user} names routine "${name}", which does not exist. The routines are ${known.join(', ')}.`,
    { op: 'compile', data: { routine: name, known } },
  );
}

/** The routines that a target has. */
export interface Routines {
  readonly all: readonly Routine[];
  /** Returns the routine that computes a node; null if there is none. */
  readonly of: (graph: Graph, node: Node) => Routine | null;
  /** Says whether a routine covers composites of this name. */
  readonly coversComposite: (name: string) => boolean;
}

/**
 * Looks up the routines of a target.
 *
 * @throws ManabiError `argument` for a name that is not in the table
 */
export function routinesOf({ name, routines }: PlanTarget, table: RoutineTable): Routines {
  const all = routines.map((routine) => routineNamed(table, routine, `Target "${name}"`));
  const isCovered = (routine: Routine, graph: Graph, node: Node): boolean => {
    if (node.operands.length !== routine.operands.length) return false;
    const { operators, composites, accepts } = routine.covers;
    if (node.op !== 'call') return operators.includes(node.op) && (accepts === null || accepts(graph, node));
    const { name: composite, checkpoint } = node.attributes;
    if (composite === patternCall(routine.name)) return true;
    return !checkpoint && composites.includes(composite) && (accepts === null || accepts(graph, node));
  };
  return {
    all,
    of: (graph, node) => all.find((routine) => isCovered(routine, graph, node)) ?? null,
    coversComposite: (composite) => all.some(({ covers }) => covers.composites.includes(composite)),
  };
}

/** The graph with calls in place of what the patterns of routines find; of two routines the first has the choice. */
export function claimPatterns(graph: Graph, { all }: Routines): Graph {
  return all.reduce((claimed, { name, covers }) => covers.pattern?.(claimed, name) ?? claimed, graph);
}

/** Returns the name of the calls that stand for what a routine's pattern has found; no composite is named so. */
export function patternCall(routine: string): string {
  return `routine ${routine}`;
}
