import type { Node, Value } from '@manabi/ir';
import type { Routine } from '../graph/routine.ts';

/** How a stage is computed; most kinds are lowering classes of its operator. */
export type StageKind =
  | 'constant'
  | 'map'
  | 'reduce'
  | 'argReduce'
  | 'scan'
  | 'assemble'
  | 'branch'
  | 'loop'
  | 'routine';

/**
 * The computation of one node whose results are stored, together with the pointwise nodes that are computed where the
 * node reads their results.
 */
export interface Stage {
  readonly kind: StageKind;
  readonly node: Node;
  /** The routine that computes the node; null if generated loops do. */
  readonly routine: Routine | null;
  /**
   * Numbers of iterations of the loops over the elements of a result, in memory order. Axes of length 1 have no loop.
   */
  readonly outer: readonly number[];
  /** Numbers of iterations of the loops over the reduced axes, in the memory order of the operand. */
  readonly inner: readonly number[];
  /** The reduced axes of the operand, in the order of `inner`; empty if the stage is not a reduction. */
  readonly joined: readonly number[];
  /** The elements of stored values from which one element of a result is computed. */
  readonly reads: readonly Read[];
  /** True if computing the stage includes index checks. */
  readonly checks: boolean;
}

/** An element of a stored value that a stage reads. */
export interface Read {
  readonly value: Value;
  /** Position of the element in memory, as the text of an expression of the stage's loops. */
  readonly position: string;
  /**
   * True if the loops of the stage visit the elements of the value in memory order, so that each iteration reads the
   * element at its own index.
   */
  readonly identity: boolean;
}
