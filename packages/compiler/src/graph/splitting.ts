import type { Attributes, Combine, GraphBuilder, Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/**
 * Functions that split operators with too few results for a target into parts. Each emits the operator in parts and
 * returns its result, or returns null for an operator that has enough results or too few terms.
 */
export interface Splitting {
  /** Splits a reduction of `x` over `axes`. */
  readonly reduction: (
    b: GraphBuilder,
    x: Value,
    combine: Combine,
    axes: readonly number[],
    target: PlanTarget,
  ) => Value | null;
  /** Splits `argMax` (`largest`) or `argMin` along an axis. */
  readonly argReduction: (
    b: GraphBuilder,
    x: Value,
    axis: number,
    largest: boolean,
    target: PlanTarget,
  ) => Value | null;
  /** Splits running sums. */
  readonly cumSum: (b: GraphBuilder, x: Value, attributes: Attributes['cumSum'], target: PlanTarget) => Value | null;
  /** Splits a matrix product; `dot` emits a product. */
  readonly product: (
    b: GraphBuilder,
    operands: readonly Value[],
    attributes: Attributes['dot'],
    target: PlanTarget,
    dot: (left: Value, right: Value, attributes: Attributes['dot']) => Value,
  ) => Value | null;
}
