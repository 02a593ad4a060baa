import type { ReferenceArray } from '@manabi/ir/reference';

/** What an interpreted routine reads and writes. */
export interface RoutineRun {
  /** The elements of the slots of the operands, and of the results that the routine writes itself. */
  readonly operands: readonly ReferenceArray['data'][];
  readonly results: readonly ReferenceArray['data'][];
  /** Hands a finished element to the epilogue, with its index over the axes of the routine; once for each. */
  readonly finish: (axes: readonly number[], element: number) => void;
}
