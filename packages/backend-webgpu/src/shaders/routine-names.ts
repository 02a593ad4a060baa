import type { RoutineAttributes, RoutineName, RoutineStep } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import type { blockEntry } from './dot/block-entry.ts';
import type { StepDraft } from './step-draft.ts';

/** Names of the routines that have a shader. */
export const routineNames = [
  'dot',
  'topK',
  'attention',
  'attentionQueryGradient',
  'attentionKeyGradient',
] as const satisfies readonly RoutineName[];

/** Name of a routine of the WebGPU backend. */
export type WebGpuRoutineName = (typeof routineNames)[number];

/** Name of a routine that few programs use. The code of its shaders is loaded before the first plan with such a routine. */
export type LaterName = Exclude<WebGpuRoutineName, 'dot'>;

/** Code of shaders that is loaded when a plan first needs it. */
export interface LaterShaders {
  readonly routines: { readonly [N in LaterName]: DraftOf<RoutineAttributes[N]> };
  /** Writes products in blocks, for drivers that run shaders on the CPU. */
  readonly blocks: typeof blockEntry;
}

/** Drafts of the shaders of a routine. */
export interface DraftOf<A extends object> {
  draft(step: RoutineStep<A>, tuning: Tuning): StepDraft;
}
