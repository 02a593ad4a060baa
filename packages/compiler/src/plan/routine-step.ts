import type { Kernel } from './kernel.ts';

/**
 * A step that a tuned template computes. Which routines there are, and what the attributes of each mean, is said by the
 * table of routines; everything else of a plan sees slots and an epilogue alone.
 */
export interface RoutineStep<A extends object = object> {
  readonly kind: 'routine';
  /** Key of the routine in the table. */
  readonly name: string;
  /** The slots that the routine reads, one per operand. */
  readonly operands: readonly number[];
  /** The slots that the routine writes itself; none where its epilogue stores what it finishes. */
  readonly results: readonly number[];
  /** The numbers that the routine needs, such as the extents and strides of a product: plain data. */
  readonly attributes: A;
  /**
   * What becomes of each finished element: a kernel without loops over the axes of the routine, which reads the element by
   * a `result` instruction. Null for routines that take none.
   */
  readonly epilogue: Kernel | null;
}
