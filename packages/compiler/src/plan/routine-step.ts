import type { Kernel } from './kernel.ts';

/**
 * A step that a routine computes. The routine table defines the routines and the meaning of their attributes; the rest
 * of a plan sees only slots and an epilogue.
 */
export interface RoutineStep<A extends object = object> {
  readonly kind: 'routine';
  /** Name of the routine in the table. */
  readonly name: string;
  /** Slots that the routine reads, one per operand. */
  readonly operands: readonly number[];
  /** Slots that the routine writes itself; empty if its epilogue stores the elements. */
  readonly results: readonly number[];
  /** Numbers that the routine needs, such as the extents and strides of a product: plain data. */
  readonly attributes: A;
  /**
   * Computation on each completed element: a kernel without loops over the axes of the routine, which reads the element
   * by a `result` instruction. Null for routines without an epilogue.
   */
  readonly epilogue: Kernel | null;
}
