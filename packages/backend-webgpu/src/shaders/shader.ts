/** A buffer that a shader binds. */
export interface ShaderBinding {
  readonly buffer: BoundBuffer;
  readonly written: boolean;
}

/** What is stored in a buffer that a shader binds. */
export type BoundBuffer =
  /** The value of a slot of the plan. */
  | { readonly kind: 'slot'; readonly slot: number }
  /** The record of index errors. */
  | { readonly kind: 'errors' }
  /** Intermediate results of the step; `index` is the position in `StepShaders.scratch`. */
  | { readonly kind: 'scratch'; readonly index: number };

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
