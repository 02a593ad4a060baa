import type { Node, Value } from '@manabi/ir';
import type { Routine } from '../graph/routine.ts';

/** What a stage's loops look like. */
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

/** One node whose results get memory, with all pointwise nodes that it reads through. */
export interface Stage {
  readonly kind: StageKind;
  readonly node: Node;
  /** What computes the node, if that is a routine. */
  readonly routine: Routine | null;
  /** Extents of the loops over the results' elements, in memory order; axes of one element are left out. */
  readonly outer: readonly number[];
  /** Extents of the loops over what is joined into one element, in memory order of what is read. */
  readonly inner: readonly number[];
  /** The axes of the operand that are joined, as `inner` runs over them; none but for reductions. */
  readonly joined: readonly number[];
  /** Every element that an element of the results is made from. */
  readonly reads: readonly Read[];
  /** Whether indices are checked on the way. */
  readonly checks: boolean;
}

/** An element that a stage reads from memory. */
export interface Read {
  readonly value: Value;
  /** Text of the place in memory, over the running values of the stage's loops, outermost first. */
  readonly place: string;
  /** True if the place is just those running values, one per axis of the value in memory order. */
  readonly identity: boolean;
}
