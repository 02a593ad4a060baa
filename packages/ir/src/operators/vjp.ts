import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, Value } from '../graph/graph.ts';

/** The node to differentiate. Its operands and results are values of the builder to which the rule adds nodes. */
export interface VjpNode<K extends OpName> {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Attributes[K];
}

/**
 * A gradient rule: returns the cotangents of the operands for given cotangents of the results. It adds nodes to the
 * graph, so that derivatives can be differentiated again. `null` stands for a cotangent of zero. At least one of the
 * given cotangents is not null.
 */
export type VjpRule<K extends OpName> = (
  builder: GraphBuilder,
  node: VjpNode<K>,
  cotangents: readonly (Value | null)[],
) => readonly (Value | null)[];

/** Reason why an operator has no gradient, which error messages show. */
export interface NotDifferentiable {
  readonly reason: string;
}

/**
 * A gradient rule for operators with graphs in their attributes, such as loops. The forward half emits the operator
 * such that it also returns the intermediate values that the backward pass needs, and returns the backward half.
 */
export interface VjpInHalves<K extends OpName> {
  readonly forward: (
    builder: GraphBuilder,
    node: Pick<VjpNode<K>, 'operands' | 'attributes'>,
    flow: CotangentFlow,
    linearize: Linearize,
  ) => ForwardHalf;
}

/** Which operands need a cotangent, and which results may get one. */
export interface CotangentFlow {
  /** For each operand, whether its cotangent is needed. */
  readonly active: readonly boolean[];
  /** For each result, whether it may get a cotangent. */
  readonly needed: readonly boolean[];
}

/** What the forward half of a gradient rule returns. */
export interface ForwardHalf {
  /** Results of the node, which are values of the builder. */
  readonly results: readonly Value[];
  /** Backward half of the rule: a function like `VjpRule`, which is called at most once. */
  readonly pullBack: (cotangents: readonly (Value | null)[]) => readonly (Value | null)[];
}

/**
 * Function that differentiates a graph, and splits the derivative into a forward and a backward graph.
 *
 * @param wrt inputs to differentiate with respect to
 * @param of outputs that get a cotangent
 * @param isKept returns true for an input that the backward pass has anyway, so that it need not be a residual
 * @throws ManabiError `notDifferentiable`
 */
export type Linearize = (
  graph: Graph,
  wrt: readonly number[],
  of: readonly number[],
  isKept: (input: number) => boolean,
) => Linearized;

/** Result of `Linearize`: the forward graph and the backward graph of a derivative. */
export interface Linearized {
  /**
   * Graph that takes the original inputs, and returns the original outputs and the residuals: values that the backward
   * graph needs.
   */
  readonly forward: Graph;
  /** Indices, ascending, of the original inputs that the backward graph takes. */
  readonly kept: readonly number[];
  /**
   * Graph that takes the inputs in `kept`, the residuals and a cotangent for each output in `of`, and returns a
   * cotangent for each input in `wrt`.
   */
  readonly backward: Graph;
}

/** Entry of the table of gradient rules. */
export type Vjp<K extends OpName> = VjpRule<K> | VjpInHalves<K> | NotDifferentiable;

/** Creates a table entry that states why an operator has no gradient. */
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
