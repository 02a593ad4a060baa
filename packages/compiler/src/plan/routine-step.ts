import type { Kernel } from './kernel.ts';

/**
 * A step that a routine computes. Only the routine itself, an entry of the routine table, knows the meaning of the
 * attributes; the rest of the compiler uses the slots and the epilogue.
 */
export interface RoutineStep<A extends object = object> {
  readonly kind: 'routine';
  /** Name of the routine in the routine table. */
  readonly name: string;
  /** Slots that the routine reads, one per operand. */
  readonly operands: readonly number[];
  /** Slots that the routine writes itself; empty if it has an epilogue, which stores the results instead. */
  readonly results: readonly number[];
  /** Parameters of the routine as plain data, such as the lengths and strides of a matrix product. */
  readonly attributes: A;
  /**
   * Kernel that the routine runs for each element of its result, and that reads the element by a `result` instruction.
   * The kernel has no loops over the routine's axes. Null for routines without an epilogue.
   */
  readonly epilogue: Kernel | null;
}
