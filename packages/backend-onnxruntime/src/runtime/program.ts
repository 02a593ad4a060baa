import type { StepReport } from '@manabi/ir';
import type { Cell } from './cell.ts';

/** A compiled graph whose inputs and outputs are cells. */
export interface Program {
  /**
   * Runs the graph once and stores its outputs in empty cells. The inputs keep their elements, except for those that the
   * program was compiled to take.
   */
  readonly run: (inputs: readonly Cell[], outputs: readonly Cell[]) => Promise<void>;
  /** Describes the steps as text. */
  readonly describe: () => Promise<string>;
  /** Returns the steps with their times, if the program measures them. The first call ends the measurement. */
  readonly steps?: () => Promise<readonly StepReport[]>;
  /** Inputs that the program contains as constants at the moment. Missing in programs that never do. */
  readonly frozen?: () => Frozen;
  /** Releases the memory and threads of the program. */
  readonly dispose: () => void;
}

/** Inputs that a program contains as constants. */
export interface Frozen {
  /** Number of these inputs. */
  readonly inputs: number;
  /** Size of their elements in bytes. */
  readonly bytes: number;
}

export const NOT_FROZEN: Frozen = { inputs: 0, bytes: 0 };
