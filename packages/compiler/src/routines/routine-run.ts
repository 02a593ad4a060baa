import type { ReferenceArray } from '@manabi/ir/reference';

/** Memory and epilogue of an interpreted routine. */
export interface RoutineRun {
  /** Elements of the operands' slots. */
  readonly operands: readonly ReferenceArray['data'][];
  /** Elements of the slots that the routine writes itself. */
  readonly results: readonly ReferenceArray['data'][];
  /**
   * Passes a completed element to the epilogue with its index over the axes of the routine; called once per element.
   */
  readonly finish: (axes: readonly number[], element: number) => void;
}
