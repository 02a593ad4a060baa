/** A buffer that a shader binds. */
export interface ShaderBinding {
  /** Slot of the plan that the buffer holds; null for the record of index errors. */
  readonly slot: number | null;
  readonly written: boolean;
}

/** A compute shader for one step of a plan, with its bindings and number of workgroups. */
export interface Shader {
  /** Descriptive name, for error messages. */
  readonly name: string;
  /**
   * WGSL code. Buffers are numbered in the order of `bindings`, so the same operations on different slots have the same
   * code.
   */
  readonly code: string;
  readonly bindings: readonly ShaderBinding[];
  /** Slots for which the index of the first element is passed in a uniform buffer, in this order. */
  readonly starts: readonly number[];
  /** Number of workgroups. */
  readonly groups: number;
}
