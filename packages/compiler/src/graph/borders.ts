/** Memory layout of a graph's inputs and outputs; see `packed` and `sliced` of `Slot`. */
export interface GraphBorders {
  readonly inputs: readonly InputBorder[];
  readonly outputs: readonly OutputBorder[];
}

/** Memory layout of an input. */
export interface InputBorder {
  readonly packed: boolean;
  readonly sliced: boolean;
}

/** Memory layout of an output. */
export interface OutputBorder {
  readonly sliced: boolean;
}
