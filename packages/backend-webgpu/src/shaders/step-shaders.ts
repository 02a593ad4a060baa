import type { Shader } from './shader.ts';

/** The shaders that compute one step of a plan, in order. */
export interface StepShaders {
  readonly shaders: readonly Shader[];
  /** Sizes in bytes of the buffers in which the shaders pass intermediate results to each other. */
  readonly scratch: readonly number[];
}

/** Returns the shaders of a step that one shader computes; `shader` is null if the step computes nothing. */
export const oneShader = (shader: Shader | null): StepShaders => ({
  shaders: shader === null ? [] : [shader],
  scratch: [],
});
