import type { Tensor } from 'onnxruntime-node';

/** A compiled graph whose inputs and outputs are tensors of ONNX Runtime. */
export interface Program {
  /** Runs the graph once. The inputs remain unchanged; the outputs may share memory with them. */
  readonly run: (inputs: readonly Tensor[]) => Promise<readonly Tensor[]>;
  /** Describes the steps as text. */
  readonly describe: () => string;
  /** Releases the memory and threads of the program. */
  readonly dispose: () => void;
}
