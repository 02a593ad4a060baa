import type { ReferenceArray } from '@manabi/ir/reference';

/** Memory and epilogue of one run of a routine in the plan interpreter. */
export interface RoutineRun {
  /** Elements of the operands' slots. */
  readonly operands: readonly ReferenceArray['data'][];
  /** Elements of the slots that the routine writes itself. */
  readonly results: readonly ReferenceArray['data'][];
  /**
   * Runs the epilogue for one element of the result. The routine must call this once for each element, with the values
   * of its loops (`axes`).
   */
  readonly finish: (axes: readonly number[], element: number) => void;
}
