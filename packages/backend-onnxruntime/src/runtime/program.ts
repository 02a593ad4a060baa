import type { StepReport } from '@manabi/ir';
import type { RuntimeTensor } from './library.ts';

/** A compiled graph whose inputs and outputs are tensors of ONNX Runtime. */
export interface Program {
  /** Runs the graph once. The inputs remain unchanged; the outputs may share memory with them. */
  readonly run: (inputs: readonly RuntimeTensor[]) => Promise<readonly RuntimeTensor[]>;
  /** Describes the steps as text. */
  readonly describe: () => string;
  /** Returns the steps with their times, if the program measures them. The first call ends the measurement. */
  readonly steps?: () => readonly StepReport[];
  /** Releases the memory and threads of the program. */
  readonly dispose: () => void;
}
