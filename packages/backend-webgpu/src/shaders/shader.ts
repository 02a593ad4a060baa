/** A buffer that a shader binds. */
export interface ShaderBinding {
  /** The slot of the plan that stands for the buffer; null for the record of index errors. */
  readonly slot: number | null;
  readonly written: boolean;
}

/** A compute shader of one step, and how it is run. */
export interface Shader {
  /** For people: what it computes. */
  readonly name: string;
  /** The text. Buffers are numbered in the order of `bindings`, so that equal work gives equal texts. */
  readonly code: string;
  readonly bindings: readonly ShaderBinding[];
  /** The slots whose start, in elements, is passed in a uniform buffer, in its order. */
  readonly starts: readonly number[];
  /** Workgroups that it needs. */
  readonly groups: number;
}
