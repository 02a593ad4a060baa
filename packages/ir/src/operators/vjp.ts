import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, Value } from '../graph/graph.ts';

/** The node to differentiate. Its values belong to the builder that the rule writes to. */
export interface VjpNode<K extends OpName> {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Attributes[K];
}

/**
 * A reverse-mode rule: maps cotangents of the results to cotangents of the operands. Rules emit graph nodes, so that
 * their result can be differentiated again. `null` stands for a zero that is never computed. At least one cotangent is
 * not null.
 */
export type VjpRule<K extends OpName> = (
  builder: GraphBuilder,
  node: VjpNode<K>,
  cotangents: readonly (Value | null)[],
) => readonly (Value | null)[];

/** Reason why an operator has no gradient, as shown to the user. */
export interface NotDifferentiable {
  readonly reason: string;
}

/**
 * A rule in two halves, for operators with graphs in their attributes. The forward half runs the operator and also
 * returns the intermediates of its graphs that the backward pass needs.
 */
export interface VjpInHalves<K extends OpName> {
  readonly forward: (
    builder: GraphBuilder,
    node: Pick<VjpNode<K>, 'operands' | 'attributes'>,
    flow: CotangentFlow,
    linearize: Linearize,
  ) => ForwardHalf;
}

/** Operands and results that take part in differentiation. */
export interface CotangentFlow {
  /** For each operand, whether its cotangent is needed. */
  readonly active: readonly boolean[];
  /** For each result, whether it may receive a cotangent. */
  readonly needed: readonly boolean[];
}

/** Result of the forward half of a rule. */
export interface ForwardHalf {
  /** Results of the node. */
  readonly results: readonly Value[];
  /** Backward half: a `VjpRule` that is called at most once, later. */
  readonly pullBack: (cotangents: readonly (Value | null)[]) => readonly (Value | null)[];
}

/**
 * Splits the derivative of a graph into a forward and a backward graph.
 *
 * @param wrt inputs to differentiate with respect to
 * @param of outputs that receive a cotangent
 * @param isKept returns true for inputs that are available in the backward pass anyway and need not be residuals
 * @throws ManabiError `notDifferentiable`
 */
export type Linearize = (
  graph: Graph,
  wrt: readonly number[],
  of: readonly number[],
  isKept: (input: number) => boolean,
) => Linearized;

/** A forward graph with residuals and the matching backward graph. */
export interface Linearized {
  /** Graph that maps the inputs to the outputs, followed by the residuals: values that the backward graph needs. */
  readonly forward: Graph;
  /** Indices of the kept inputs that the backward graph takes, ascending. */
  readonly kept: readonly number[];
  /**
   * Graph that maps (kept inputs, residuals, a cotangent for each output in `of`) to a cotangent for each input in
   * `wrt`.
   */
  readonly backward: Graph;
}

/** Entry of the gradient table. */
export type Vjp<K extends OpName> = VjpRule<K> | VjpInHalves<K> | NotDifferentiable;

/** Creates an entry that states why an operator has no gradient. */
export function notDifferentiable(reason: string): NotDifferentiable {
  return { reason };
}

/** Creates the error for a cotangent that reaches an operator without a gradient. */
export function noGradient(op: OpName, reason: string): ManabiError {
  return new ManabiError(
    'notDifferentiable',
    `${op} has no gradient: ${reason}. Wrap its operand in stopGradient() if no gradient should flow, or use differentiable ` +
      'operators.',
    { op, data: { reason } },
  );
}
