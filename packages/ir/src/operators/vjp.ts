import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import type { Attributes, OpName } from './attributes.ts';

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

/** One cell of the gradient table. */
export type Vjp<K extends OpName> = VjpRule<K> | NotDifferentiable;

/** A cell that says why there is no gradient. */
export function notDifferentiable(reason: string): NotDifferentiable {
  return { reason };
}
