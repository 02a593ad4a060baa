/** How the inputs and outputs of a graph lie in memory; see `packed` and `sliced` of `Slot`. */
export interface GraphBorders {
  readonly inputs: readonly InputBorder[];
  readonly outputs: readonly OutputBorder[];
}

export interface InputBorder {
  readonly packed: boolean;
  readonly sliced: boolean;
}

export interface OutputBorder {
  readonly sliced: boolean;
}
