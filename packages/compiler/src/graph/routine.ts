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
 * Properties of a tuned template that planning uses: its operators, operands and epilogue. The compiler uses routines
 * only through this interface, so that a new one needs only an entry in the table.
 *
 * Members that take attributes are declared as methods, so that routines with different attributes share one type.
 * Attributes of a step are only passed to the routine that created them.
 */
export interface Routine<A extends object = object> {
  /** Key in the table and name of the steps. */
  readonly name: string;
  /** Operators, composites and expressions that the routine computes. */
  readonly covers: Coverage;
  /** Memory layout of each operand. A node with another number of operands is not covered. */
  readonly operands: readonly OperandForm[];
  /**
   * Emits the node in the form that `attributes` expects, possibly with other operators, before stages are made. Null
   * if every node has that form.
   */
  readonly standardForm: ((site: StandardFormSite) => readonly Value[]) | null;
  /** Returns the attributes of the step that computes the node. */
  readonly attributes: (site: RoutineSite) => A;
  /** How an epilogue iterates over the result; null for a routine that writes its results itself. */
  readonly epilogue: Epilogue<A> | null;
  /** Returns the estimated cost of one run of the routine, without its epilogue. */
  cost(attributes: A): RoutineCost;
  /** Returns the text of a printed step that follows its name, on one line. Operands and results are given as text. */
  print(attributes: A, operands: readonly string[], results: readonly string[]): string;
}

/** Operators, composites and expressions that a routine computes. */
export interface Coverage {
  /** Operators of the lowering class `routine`. */
  readonly operators: readonly OpName[];
  /** Names of composites whose calls the routine computes as a whole. */
  readonly composites: readonly string[];
  /**
   * Finds other computations that the routine replaces, such as expressions (`expressionPattern`); null if it replaces
   * no others.
   */
  readonly pattern: Pattern | null;
  /**
   * Returns true if the routine supports a covered operator or call, for example its dtype; null if it supports all.
   */
  readonly accepts: ((graph: Graph, node: Node) => boolean) | null;
}

/**
 * Function that finds the computations of a routine in a graph and replaces each by a call named
 * `patternCall(routine)`. Only routines with a pattern import such code, so that other programs do not download it.
 */
export type Pattern = (graph: Graph, routine: string) => Graph;

/**
 * Memory layout of a routine's operand.
 *
 * - `rows`: the whole value is stored in row-major order.
 * - `strided`: the value is a view of a stored value with non-negative strides.
 */
export type OperandForm = 'rows' | 'strided';

/** A node to bring into standard form. */
export interface StandardFormSite {
  readonly builder: GraphBuilder;
  readonly node: Node;
  /** Operands of the node in the builder. */
  readonly operands: readonly Value[];
  readonly target: PlanTarget;
}

/** A node that a routine computes and that becomes a step. */
export interface RoutineSite {
  readonly node: Node;
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  /** Memory layout of each operand. */
  readonly views: readonly StridedView[];
}

/** An epilogue applies pointwise operators to the elements of the routine's only result, each at its own index. */
export interface Epilogue<A extends object = object> {
  /** Returns the extents of the axes over which the routine completes elements. */
  axes(attributes: A): readonly number[];
  /** Returns the index in the result of the element at `axes`. */
  index(axes: readonly IndexExpr[], attributes: A, site: Omit<RoutineSite, 'views'>): readonly IndexExpr[];
}

/** Estimated cost of one run of a routine. */
export interface RoutineCost {
  /** Sizes of the run as text, such as `64x128x32`. */
  readonly name: string;
  /** Number of scalar operations, in additions. */
  readonly operations: number;
  /** Number of elements of each operand that are read at least once. */
  readonly reads: readonly number[];
}

/** Routines by name. */
export type RoutineTable = Readonly<Record<string, Routine>>;

/**
 * Returns the entry of a routine in a table.
 *
 * @param user subject of the error message, such as `Target "cpu"`
 * @throws ManabiError `argument` for an unknown name, with all known names
 * @example
 * ```ts
 * routineNamed(routineTable, 'dot', 'The plan').name; // => 'dot'
 * routineNamed(routineTable, 'product', 'The plan'); // throws 'argument'
 * ```
 */
export function routineNamed<R>(table: Readonly<Record<string, R>>, name: string, user: string): R {
  if (Object.hasOwn(table, name)) return table[name];
  const known = Object.keys(table);
  throw new ManabiError(
    'argument',
    `${user} uses the unknown routine "${name}". Known routines: ${known.join(', ')}.`,
    { op: 'compile', data: { routine: name, known } },
  );
}

/** The routines of a target. */
export interface Routines {
  readonly all: readonly Routine[];
  /** Returns the routine that computes a node, or null. */
  readonly of: (graph: Graph, node: Node) => Routine | null;
  /** Returns true if a routine covers composites of this name. */
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

/** Replaces by a call every computation that the pattern of a routine finds. The first matching routine wins. */
export function claimPatterns(graph: Graph, { all }: Routines): Graph {
  return all.reduce((claimed, { name, covers }) => covers.pattern?.(claimed, name) ?? claimed, graph);
}

/** Returns the name of calls that a routine's pattern creates. No composite has such a name. */
export function patternCall(routine: string): string {
  return `routine ${routine}`;
}
