import type { StepReport } from '@manabi/ir';
import type { RuntimeTensor } from './library.ts';

/** A compiled graph whose inputs and outputs are tensors of ONNX Runtime. */
export interface Program {
  /**
   * Runs the graph once. The inputs remain unchanged; the outputs may share memory with them.
   *
   * @param serials number of each input: inputs of equal numbers in several runs have the same elements
   */
  readonly run: (inputs: readonly RuntimeTensor[], serials: readonly number[]) => Promise<readonly RuntimeTensor[]>;
  /** Describes the steps as text. */
  readonly describe: () => string;
  /** Returns the steps with their times, if the program measures them. The first call ends the measurement. */
  readonly steps?: () => readonly StepReport[];
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
