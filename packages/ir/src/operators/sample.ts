import type { Attributes, OpName } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';

/** One case of the test matrix: small operands and attributes that an operator accepts. */
export type Sample<K extends OpName> = SampleWith<Attributes[K]>;

/** A case with attributes `A`. Operators with the same attributes share cases. */
export interface SampleWith<A> {
  /** Short description of the case: `broadcast scalar`, `empty axis`. */
  readonly name: string;
  readonly operands: readonly SampleOperand[];
  readonly attributes: A;
  /** Reason for which finite differences cannot check the gradient; undefined where they can. */
  readonly exempt?: Exemption;
}

/** Reasons for which finite differences cannot check the gradient of a sample. A test prints how often each applies. */
export const exemptions = {
  special: 'an operand or result is NaN or infinite, so that differences are undefined',
  steps: 'the result is a step function at the scale of the differences',
  ties: 'operands are equal, where the derivative is discontinuous',
  stopped: 'the operator stops the gradient',
  none: 'the operator throws notDifferentiable',
} as const;

/** Reason for which finite differences cannot check a sample. */
export type Exemption = keyof typeof exemptions;

/** An operand of a sample as a recipe, so that one case serves every dtype and backend. */
export interface SampleOperand {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly fill: Fill;
}

/** Recipe for the elements of a sample operand. */
export type Fill =
  /** Reals drawn uniformly from [low, high). */
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Integers drawn uniformly from low … high, both inclusive. */
  | { readonly kind: 'integers'; readonly low: number; readonly high: number }
  /** A shuffle of well-separated values around zero, without ties. */
  | { readonly kind: 'distinct' }
  /** The given values, repeated to fill the shape. */
  | { readonly kind: 'values'; readonly values: readonly number[] };
