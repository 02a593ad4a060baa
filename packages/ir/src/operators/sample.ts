import type { Attributes, OpName } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';

/** One case of the test matrix: small operands and attributes that an operator accepts. */
export type Sample<K extends OpName> = SampleWith<Attributes[K]>;

/** A case with attributes `A`; operators that have the same attributes can share their cases. */
export interface SampleWith<A> {
  /** What the case is about: `broadcast scalar`, `empty axis`. */
  readonly name: string;
  readonly operands: readonly SampleOperand[];
  readonly attributes: A;
  /** Why finite differences cannot judge its gradient; left out where they can. */
  readonly exempt?: Exemption;
}

/** Reasons for which finite differences cannot judge the gradient of a sample. A test prints how often each is used. */
export const exemptions = {
  special: 'an operand or the result holds NaN or an infinity, of which there is no difference',
  steps: 'the result moves in steps, which a difference does not see',
  ties: 'operands tie, where the slope jumps and is shared',
  stopped: 'the gradient is stopped on purpose',
  none: 'there is no gradient, which an error says',
} as const;

/** Why finite differences cannot judge a sample. */
export type Exemption = keyof typeof exemptions;

/** An operand of a sample, as a recipe, so that the same case serves every dtype and backend. */
export interface SampleOperand {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly fill: Fill;
}

/** Where the elements of a sample's operand come from. */
export type Fill =
  /** Reals drawn uniformly from [low, high). */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Integers drawn uniformly from low … high, both included. */
  | { readonly kind: 'integers'; readonly low: number; readonly high: number }
  /** A shuffle of well-separated values around zero: no ties, no small gaps. */
  | { readonly kind: 'distinct' }
  /** The values themselves, repeated if there are fewer than elements. */
  | { readonly kind: 'values'; readonly values: readonly number[] };
