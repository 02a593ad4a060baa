/** How each input and output of a graph is stored; `packed` and `sliced` mean the same as in `Slot`. */
export interface GraphBorders {
  readonly inputs: readonly InputBorder[];
  readonly outputs: readonly OutputBorder[];
}

/** How an input of a graph is stored. */
export interface InputBorder {
  readonly packed: boolean;
  readonly sliced: boolean;
}

/** How an output of a graph is stored. */
export interface OutputBorder {
  readonly sliced: boolean;
}
