import type { DType } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { Attributes, OpName } from './attributes.ts';

/** One case of the test matrix: small operands and attributes that an operator accepts. */
export type Sample<K extends OpName> = SampleWith<Attributes[K]>;

/** A case with attributes `A`; operators that have the same attributes can share their cases. */
export interface SampleWith<A> {
  /** What the case is about: `broadcast scalar`, `empty axis`. */
  readonly name: string;
  readonly operands: readonly SampleOperand[];
  readonly attributes: A;
  /** False where finite differences cannot judge: at kinks, ties, jumps and special values. True if left out. */
  readonly smooth?: boolean;
}

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
