import type { RuntimeTensor } from './library.ts';

/** A compiled graph whose inputs and outputs are tensors of ONNX Runtime. */
export interface Program {
  /** Runs the graph once. The inputs remain unchanged; the outputs may share memory with them. */
  readonly run: (inputs: readonly RuntimeTensor[]) => Promise<readonly RuntimeTensor[]>;
  /** Describes the steps as text. */
  readonly describe: () => string;
  /** Releases the memory and threads of the program. */
  readonly dispose: () => void;
}
