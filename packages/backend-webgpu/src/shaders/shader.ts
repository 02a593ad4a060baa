import type { Division } from './windows/divide.ts';

/** A buffer that a shader binds. */
export interface ShaderBinding {
  readonly buffer: BoundBuffer;
  readonly written: boolean;
}

/** What is stored in a buffer that a shader binds. */
export type BoundBuffer =
  /** The value of a slot of the plan; only a part of it if `window` is the number of a window (see `Windows`). */
  | { readonly kind: 'slot'; readonly slot: number; readonly window: number | null }
  /** The record of index errors. */
  | { readonly kind: 'errors' }
  /** Intermediate results of the step; `index` is the position in `StepShaders.scratch`. `window` as for slots. */
  | { readonly kind: 'scratch'; readonly index: number; readonly window: number | null };

/** A number that is passed to a shader in a uniform buffer. */
export type ShaderNumber =
  /** Index of the first element of a slot: in the whole array of which the slot is a slice, or in the bound window. */
  | { readonly kind: 'start'; readonly slot: number }
  /** The same number, in vectors of four elements. */
  | { readonly kind: 'vectorStart'; readonly slot: number }
  /** Number of the first workgroup of a part, and of the first one after it. */
  | { readonly kind: 'firstGroup' | 'endGroup' };

/** How a shader accesses buffers that are larger than a binding. */
export interface ShaderDivision extends Division {
  /** Returns the size in bytes of a stored element of a slot. */
  readonly elementBytes: (slot: number) => number;
  /** Returns the first slot in the buffer of a slot. */
  readonly rootOf: (slot: number) => number;
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
  /** Numbers in the uniform buffer; the shader has none if the list is empty. */
  readonly numbers: readonly ShaderNumber[];
  /** Number of workgroups. */
  readonly groups: number;
  /** How the shader accesses buffers that are larger than a binding; null if there are none. */
  readonly division: ShaderDivision | null;
}
