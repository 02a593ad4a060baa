import type { Plan, RoutineAttributes, RoutineName, RoutineStep } from '@manabi/compiler';
import { routineNamed } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import type { blockEntry } from './dot/block-entry.ts';
import { dotShader } from './dot/dot-shader.ts';
import { type StepDraft, writeDraft } from './step-draft.ts';
import { oneShader, type StepShaders } from './step-shaders.ts';
import type { Bindable } from './windows/with-windows.ts';

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
interface DraftOf<A extends object> {
  draft(step: RoutineStep<A>, tuning: Tuning): StepDraft;
}

let loaded: LaterShaders | null = null;

/** Makes the code of all shaders available, which `loadRoutine` otherwise loads. */
export function provideShaders(shaders: LaterShaders): void {
  loaded = shaders;
}

/** Loads the code that the shaders of a routine need. */
export async function loadRoutine(name: string, tuning: Tuning): Promise<void> {
  if (loaded !== null || (name === 'dot' && tuning === 'hardware')) return;
  provideShaders((await import('./later-shaders.ts')).laterShaders);
}

/** Error of a routine whose code is not loaded; see `loadRoutine`. */
export class UnloadedRoutine extends Error {
  readonly routine: string;

  constructor(routine: string) {
    super(`The shaders of ${routine} are not loaded.`);
    this.routine = routine;
  }
}

/** Returns the code that was loaded. @throws UnloadedRoutine if it was not */
function loadedFor(routine: string): LaterShaders {
  if (loaded === null) throw new UnloadedRoutine(routine);
  return loaded;
}

interface RoutineShaders<A extends object = object> {
  shaders(plan: Plan, step: RoutineStep<A>, tuning: Tuning, bindable: Bindable): StepShaders;
}

const table: { readonly [K in WebGpuRoutineName]: RoutineShaders<RoutineAttributes[K]> } = {
  dot: {
    shaders: (plan, step, tuning, bindable) =>
      oneShader(
        dotShader(plan, step, tuning, bindable, (product, division) => loadedFor('dot').blocks(product, division)),
      ),
  },
  topK: later('topK'),
  attention: later('attention'),
  attentionQueryGradient: later('attentionQueryGradient'),
  attentionKeyGradient: later('attentionKeyGradient'),
};

function later<K extends LaterName>(name: K): RoutineShaders<RoutineAttributes[K]> {
  return {
    shaders: (plan, step, tuning, bindable) => {
      const drafts: DraftOf<RoutineAttributes[K]> = loadedFor(name).routines[name];
      return writeDraft(plan, step, bindable, drafts.draft(step, tuning));
    },
  };
}

/**
 * Returns the shaders of a routine step; none if its result is empty.
 *
 * @throws UnloadedRoutine if the code must be loaded first; ManabiError `argument` for an unknown routine, `memory` for a
 * buffer larger than a binding that cannot be accessed through windows
 */
export function routineShaders(plan: Plan, step: RoutineStep, tuning: Tuning, bindable: Bindable): StepShaders {
  const routines: Readonly<Record<string, RoutineShaders>> = table;
  return routineNamed(routines, step.name, 'The plan').shaders(plan, step, tuning, bindable);
}
