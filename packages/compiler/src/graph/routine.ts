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
import type { Splitting } from './splitting.ts';
import type { StridedView } from './strided-view.ts';

/**
 * Description of a hand-written template, such as a matrix product, for the compiler: which operators it computes, how
 * its operands must be stored, and which epilogue it supports. The compiler knows routines only by this interface, so a
 * new one needs only an entry in the routine table.
 *
 * Functions that take attributes are declared as methods, so that TypeScript accepts routines with different attributes
 * in one table. This is safe, because attributes are passed only to the routine that created them.
 */
export interface Routine<A extends object = object> {
  /** Key of the routine in its table, and name of its steps in plans. */
  readonly name: string;
  /** Operators, composites and expressions that the routine computes. */
  readonly covers: Coverage;
  /** How each operand must be stored. The routine does not compute nodes with another number of operands. */
  readonly operands: readonly OperandForm[];
  /** Number of the last operands that a node may lack. Default: none may be missing. */
  readonly optional?: number;
  /**
   * Rewrites a node to the form that `attributes` expects, possibly with other operators around it, before the graph is
   * divided into stages. Null if no node needs this.
   */
  readonly standardForm: ((site: StandardFormSite) => readonly Value[]) | null;
  /** Returns the attributes of the step that computes the node. */
  readonly attributes: (site: RoutineSite) => A;
  /**
   * Describes the loops that run the epilogue for each completed element; null for a routine that writes its results
   * itself.
   */
  readonly epilogue: Epilogue<A> | null;
  /** Returns the estimated cost of a step of the routine, without its epilogue. */
  cost(attributes: A): RoutineCost;
  /**
   * Returns a description of a step in one line, without the routine's name, for printed plans. Operands and results
   * are passed as text.
   */
  print(attributes: A, operands: readonly string[], results: readonly string[]): string;
}

/** Operators, composites and expressions that a routine computes. */
export interface Coverage {
  /** Operators that the routine computes, all of the lowering class `routine`. */
  readonly operators: readonly OpName[];
  /** Names of composites whose calls the routine computes as a whole. */
  readonly composites: readonly string[];
  /**
   * Finds expressions of several operators that the routine computes; see `expressionPattern`. Null if it computes
   * none.
   */
  readonly pattern: Pattern | null;
  /**
   * Returns true if the routine supports a covered operator or call, for example its dtype; null if it supports all.
   */
  readonly accepts: ((graph: Graph, node: Node) => boolean) | null;
}

/**
 * Function that finds the expressions of a routine in a graph and replaces each by a call named `patternCall(routine)`.
 * A routine imports the code of its pattern itself, so that programs without such routines do not download it.
 */
export type Pattern = (graph: Graph, routine: string) => Graph;

/**
 * How an operand of a routine must be stored.
 *
 * - `rows`: the whole value is stored in row-major order.
 * - `strided`: the value is a view of a stored value with non-negative strides.
 */
export type OperandForm = 'rows' | 'strided';

/** Argument of `Routine.standardForm`: the node to rewrite, and the builder that emits the new nodes. */
export interface StandardFormSite {
  readonly builder: GraphBuilder;
  readonly node: Node;
  /** Operands of the node to rewrite, as values of the builder. */
  readonly operands: readonly Value[];
  readonly target: PlanTarget;
  /** Functions that split operators with too few results for the target; null if none are split. */
  readonly splitting: Splitting | null;
}

/** Argument of `Routine.attributes`: a node that becomes a step of the routine. */
export interface RoutineSite {
  readonly node: Node;
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  /** Each operand as a view of a stored value. */
  readonly views: readonly StridedView[];
}

/**
 * Describes the loops of an epilogue: pointwise operators that are applied to each element of the routine's only
 * result.
 */
export interface Epilogue<A extends object = object> {
  /** Returns the number of iterations of each loop in which the routine completes elements. */
  axes(attributes: A): readonly number[];
  /** Returns the index in the result of the element that is completed when the loops have the values `axes`. */
  index(axes: readonly IndexExpr[], attributes: A, site: Omit<RoutineSite, 'views'>): readonly IndexExpr[];
}

/** Estimated cost of one run of a routine. */
export interface RoutineCost {
  /** Sizes of the operands as text, such as `64x128x32` for a matrix product. */
  readonly name: string;
  /** Cost of all scalar operations, in units of one addition. */
  readonly operations: number;
  /** For each operand, the number of different elements that are read. */
  readonly reads: readonly number[];
}

/** A table of routines by name, such as `routineTable`. */
export type RoutineTable = Readonly<Record<string, Routine>>;

/**
 * Returns the entry for a name in a table of routines.
 *
 * @param user subject of the error message, such as `Target "cpu"`
 * @throws ManabiError `argument` for an unknown name, with all known names
 * @example
 * ```ts
 * import { routineNamed, routineTable } from '@manabi/compiler';
 *
 * console.log(routineNamed(routineTable, 'dot', 'The plan').name); // dot
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

/** The routines that a target supports. */
export interface Routines {
  readonly all: readonly Routine[];
  /** Returns the routine that computes a node; null if generated loops compute it. */
  readonly of: (graph: Graph, node: Node) => Routine | null;
  /** See `PlanTarget.widensOperands`. */
  readonly widens: boolean | undefined;
  /** Returns true if some routine of the target computes composites of this name. */
  readonly coversComposite: (name: string) => boolean;
}

/**
 * Looks up the routines that a target names.
 *
 * @throws ManabiError `argument` for a name that is not in the table
 */
export function routinesOf({ name, routines, widensOperands: widens }: PlanTarget, table: RoutineTable): Routines {
  const all = routines.map((routine) => routineNamed(table, routine, `Target "${name}"`));
  const isCovered = (routine: Routine, graph: Graph, node: Node): boolean => {
    const missing = routine.operands.length - node.operands.length;
    if (missing < 0 || missing > (routine.optional ?? 0)) return false;
    const { operators, composites, accepts } = routine.covers;
    if (node.op !== 'call') return operators.includes(node.op) && (accepts === null || accepts(graph, node));
    const { name: composite, checkpoint } = node.attributes;
    if (composite === patternCall(routine.name)) return true;
    return !checkpoint && composites.includes(composite) && (accepts === null || accepts(graph, node));
  };
  return {
    all,
    widens,
    of: (graph, node) => all.find((routine) => isCovered(routine, graph, node)) ?? null,
    coversComposite: (composite) => all.some(({ covers }) => covers.composites.includes(composite)),
  };
}

/**
 * Replaces every expression that the pattern of a routine finds by a call. If several routines find the same
 * expression, the first routine computes it.
 */
export function claimPatterns(graph: Graph, { all }: Routines): Graph {
  return all.reduce((claimed, { name, covers }) => covers.pattern?.(claimed, name) ?? claimed, graph);
}

/** Returns the name of the calls that the pattern of a routine creates. No composite has such a name. */
export function patternCall(routine: string): string {
  return `routine ${routine}`;
}
