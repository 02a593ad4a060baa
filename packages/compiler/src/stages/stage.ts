import type { Node, Value } from '@manabi/ir';
import type { Routine } from '../graph/routine.ts';

/** Kind of a stage's loops. */
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

/** One node whose results are stored, with all pointwise nodes that it reads through. */
export interface Stage {
  readonly kind: StageKind;
  readonly node: Node;
  /** The routine that computes the node; null for loops. */
  readonly routine: Routine | null;
  /** Extents of the loops over the results' elements, in memory order, without axes of one element. */
  readonly outer: readonly number[];
  /** Extents of the loops over reduced elements, in memory order of the operand. */
  readonly inner: readonly number[];
  /** The reduced axes of the operand in the order of `inner`; empty unless the stage is a reduction. */
  readonly joined: readonly number[];
  /** All elements that an element of the results is computed from. */
  readonly reads: readonly Read[];
  /** True if the stage checks indices. */
  readonly checks: boolean;
}

/** An element that a stage reads from memory. */
export interface Read {
  readonly value: Value;
  /** Text of the position in memory as an expression of the stage's loops, outermost first. */
  readonly position: string;
  /** True if the position equals the loop values, one per axis of the value in memory order. */
  readonly identity: boolean;
}
