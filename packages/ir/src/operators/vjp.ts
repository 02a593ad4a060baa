import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, Value } from '../graph/graph.ts';

/** The node whose gradient is asked for; its values live in the builder that a rule writes to. */
export interface VjpNode<K extends OpName> {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Attributes[K];
}

/**
 * A reverse-mode rule: from cotangents of the results to cotangents of the operands, written in operators, so that the
 * result can be differentiated again. `null` stands for a zero that is never made.
 * At least one cotangent is not null when a rule is called.
 */
export type VjpRule<K extends OpName> = (
  builder: GraphBuilder,
  node: VjpNode<K>,
  cotangents: readonly (Value | null)[],
) => readonly (Value | null)[];

/** Why an operator has no gradient at all; the reason is what the user reads. */
export interface NotDifferentiable {
  readonly reason: string;
}

/**
 * A rule in two halves, for operators whose attributes hold graphs: its forward half runs the operator so that what the
 * way back needs from inside of the graphs comes out of it.
 */
export interface VjpInHalves<K extends OpName> {
  readonly forward: (
    builder: GraphBuilder,
    node: Pick<VjpNode<K>, 'operands' | 'attributes'>,
    flow: CotangentFlow,
    linearize: Linearize,
  ) => ForwardHalf;
}

/** Where cotangents may come from and are asked for. */
export interface CotangentFlow {
  /** For each operand, whether its cotangent is asked for. */
  readonly active: readonly boolean[];
  /** For each result, whether it may get a cotangent. */
  readonly needed: readonly boolean[];
}

/** A node that was run to be differentiated. */
export interface ForwardHalf {
  /** What the node computes. */
  readonly results: readonly Value[];
  /** As a `VjpRule`, called at most once, later. */
  readonly pullBack: (cotangents: readonly (Value | null)[]) => readonly (Value | null)[];
}

/**
 * Cuts the derivative of a graph in two.
 *
 * @param wrt inputs to differentiate by
 * @param of outputs that get a cotangent
 * @param isKept whether an input is there anyway when the way back is gone, so that it need not be handed on
 * @throws ManabiError `notDifferentiable`
 */
export type Linearize = (
  graph: Graph,
  wrt: readonly number[],
  of: readonly number[],
  isKept: (input: number) => boolean,
) => Linearized;

/** A graph and the way back through it. */
export interface Linearized {
  /** From the graph's inputs to its outputs and, after them, what the way back needs: the residuals. */
  readonly forward: Graph;
  /** The kept inputs that the way back takes, ascending. */
  readonly kept: readonly number[];
  /** From (kept inputs, residuals, a cotangent for each of `of`) to a cotangent for each of `wrt`. */
  readonly backward: Graph;
}

/** One cell of the gradient table. */
export type Vjp<K extends OpName> = VjpRule<K> | VjpInHalves<K> | NotDifferentiable;

/** A cell that says why there is no gradient. */
export function notDifferentiable(reason: string): NotDifferentiable {
  return { reason };
}

/** The error of a cotangent that reaches an operator without a gradient. */
export function noGradient(op: OpName, reason: string): ManabiError {
  return new ManabiError(
    'notDifferentiable',
    `${op} has no gradient: ${reason}. Put stopGradient around its operand if none should flow, or replace it by ` +
      'operators that have one.',
    { op, data: { reason } },
  );
}
