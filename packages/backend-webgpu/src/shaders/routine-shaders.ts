import type { Plan, RoutineAttributes, RoutineStep } from '@manabi/compiler';
import { routineNamed } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import { dotShader } from './dot/dot-shader.ts';
import type { DraftOf, LaterName, LaterShaders, WebGpuRoutineName } from './routine-names.ts';
import { writeDraft } from './step-draft.ts';
import { oneShader, type StepShaders } from './step-shaders.ts';
import type { Bindable } from './windows/with-windows.ts';

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
