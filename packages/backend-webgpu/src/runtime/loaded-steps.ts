import type { Branch, Loop, Plan } from '@manabi/compiler';
import type { PooledBuffer } from '../device/buffer-pool.ts';
import type { Shader, ShaderNumber } from '../shaders/shader.ts';
import type { ShaderPart } from '../shaders/windows/divide.ts';
import type { Range } from '../shaders/windows/range.ts';
import type { Bound } from './bound.ts';
import type { RecordPart } from './index-record.ts';
import type { Span } from './span.ts';

/** A plan with its compiled shaders, and with its constants in GPU memory. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly steps: readonly LoadedStep[];
  /** Memory of each constant, by the number of its slot. */
  readonly constants: ReadonlyMap<number, Span>;
  readonly record: RecordPart | null;
}

/** A step of a loaded plan. */
export type LoadedStep = LoadedShader | LoadedLoop | LoadedBranch;

/** A shader of a step. */
export interface LoadedShader {
  readonly kind: 'shader';
  readonly shader: Shader;
  readonly bound: Bound;
  /** Buffers of the intermediate results that the step's shaders pass to each other. */
  readonly scratch: readonly Span[];
  /** Small buffers, bound for windows that a part of the shader does not need. */
  readonly spares: readonly Span[];
  /** The dispatches of the shader: one, or one for each part (see `divide`). */
  readonly dispatches: readonly LoadedDispatch[];
  /** Returns what a part of the shader binds; null if the shader is not divided into parts. See `partWindows`. */
  readonly windowsOf: ((step: LoadedShader, part: ShaderPart, slots: readonly Span[]) => PartWindows) | null;
  /** Index in `Executable.steps`. */
  readonly step: number;
}

/** What a part of a shader binds for its windows, and the numbers that it gets. */
export interface PartWindows {
  /** For each binding of the shader, the bound span; null for bindings that are no windows. */
  readonly spans: readonly (Span | null)[];
  /** Returns a number that is passed to the shader; null for one that does not depend on windows. */
  readonly number: (number: ShaderNumber) => number | null;
}

/** A dispatch of a shader. */
export interface LoadedDispatch {
  /** Number of workgroups. */
  readonly groups: number;
  /** Index of the workgroup counts in the `Guard` of the plan, if it has one. */
  readonly entry: number;
  /** The part that is dispatched; null if the shader is not divided. */
  readonly part: ShaderPart | null;
}

/** A loop with the loaded plans of its body and its test. */
export interface LoadedLoop {
  readonly kind: 'loop';
  readonly loop: Loop;
  readonly body: LoadedPlan;
  readonly test: { readonly plan: LoadedPlan; readonly guard: Guard } | null;
  /** Inputs (`xs`) and outputs (`ys`) of the body for which each iteration uses another slice of an array. */
  readonly slices: { readonly xs: readonly LoopSlice[]; readonly ys: readonly LoopSlice[] };
  readonly copies: readonly LoadedCopies[];
  /** For each carry, the shader that copies it, and whether its elements have two bytes. */
  readonly copy: readonly { readonly bound: Bound; readonly isHalf: boolean }[];
}

/** How a carry is copied. */
export interface LoadedCopies {
  /** Ranges of elements that shaders copy one after the other: all, unless the carry is larger than a binding. */
  readonly parts: readonly Range[];
  /** For each of three copies that the loop may need, an `entry` for each part as in `LoadedDispatch`. */
  readonly entries: readonly [toFinal: readonly number[], toSpare: readonly number[], back: readonly number[]];
}

/** An input or output of a loop's body for which each iteration uses another slice of an array. */
export interface LoopSlice {
  /** Number of the array's slot in the plan that contains the loop. */
  readonly array: number;
  /** Whether shaders bind the whole array, rather than only the slice; see `sliceOf`. */
  readonly isSliced: boolean;
  /** Number of elements of each slice. */
  readonly elements: number;
  /** Number of bytes of each slice. */
  readonly bytes: number;
}

/** A branch (`cond`) with the loaded plans of both cases. */
export interface LoadedBranch {
  readonly kind: 'branch';
  readonly branch: Branch;
  readonly thenPlan: LoadedPlan;
  readonly elsePlan: LoadedPlan;
  readonly thenGuard: Guard;
  readonly elseGuard: Guard;
}

/**
 * Buffers and shaders by which the GPU decides whether the steps of a plan run. The steps are dispatched indirectly: a
 * shader writes their workgroup counts, and writes zeros if the steps must not run.
 */
export interface Guard {
  /** Workgroup counts that the steps have if they run; constant. */
  readonly counts: PooledBuffer;
  /** Number of 32-bit words in `counts`. */
  readonly words: number;
  /** Workgroup counts that the indirect dispatches read: a copy of `counts` or zeros. Written by `guardShader`. */
  readonly steps: PooledBuffer;
  /** Shader that writes `steps` for a branch, or for the first iteration of a loop. */
  readonly first: Bound;
  /** Shader that writes `steps` for all further iterations of a loop. */
  readonly later: Bound;
}
