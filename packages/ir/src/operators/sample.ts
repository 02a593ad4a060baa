import type { Attributes, OpName } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';

/**
 * A test case of an operator: small operands and attributes that the operator accepts. Many tests run on all samples of
 * all operators.
 */
export type Sample<K extends OpName> = SampleWith<Attributes[K]>;

/** A test case with attributes of type `A`. Operators with equal attributes can share test cases. */
export interface SampleWith<A> {
  /** Short description of the test case, such as `broadcast scalar` or `empty axis`. */
  readonly name: string;
  readonly operands: readonly SampleOperand[];
  readonly attributes: A;
  /** Why the gradient cannot be compared with finite differences; undefined if it can. */
  readonly exempt?: Exemption;
}

/**
 * Reasons why the gradient of a sample cannot be compared with finite differences. A test prints how many samples have
 * each reason.
 */
export const exemptions = {
  special: 'an operand or result is NaN or infinite, so that differences are undefined',
  steps: 'the result is a step function at the scale of the differences',
  ties: 'operands are equal, where the derivative is discontinuous',
  stopped: 'the operator stops the gradient',
  none: 'the operator throws notDifferentiable',
} as const;

/** Key of a reason in `exemptions`. */
export type Exemption = keyof typeof exemptions;

/** An operand of a sample: its dtype and shape, and a recipe from which `materialize` generates its elements. */
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
  /** Different values around zero, well apart from each other, in random order. */
  | { readonly kind: 'distinct' }
  /** The given values, repeated to fill the shape. */
  | { readonly kind: 'values'; readonly values: readonly number[] };
