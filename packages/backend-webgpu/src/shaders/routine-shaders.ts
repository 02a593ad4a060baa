import type { Plan, RoutineAttributes, RoutineName, RoutineStep } from '@manabi/compiler';
import { routineNamed } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import { attentionShader } from './attention/attention-shader.ts';
import { keyGradientShaders, queryGradientShader } from './attention/gradient-shaders.ts';
import { dotShader } from './dot/dot-shader.ts';
import { oneShader, type StepShaders } from './step-shaders.ts';
import { topKShaders } from './top-k/top-k-shaders.ts';
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

/** Shaders of a routine. `shaders` is a method, so routines with different attributes have a common type. */
interface RoutineShaders<A extends object = object> {
  shaders(plan: Plan, step: RoutineStep<A>, tuning: Tuning, bindable: Bindable): StepShaders;
}

const table: { readonly [K in WebGpuRoutineName]: RoutineShaders<RoutineAttributes[K]> } = {
  dot: { shaders: (plan, step, tuning, bindable) => oneShader(dotShader(plan, step, tuning, bindable)) },
  topK: { shaders: topKShaders },
  attention: { shaders: (plan, step, tuning, bindable) => oneShader(attentionShader(plan, step, tuning, bindable)) },
  attentionQueryGradient: {
    shaders: (plan, step, tuning, bindable) => oneShader(queryGradientShader(plan, step, tuning, bindable)),
  },
  attentionKeyGradient: { shaders: keyGradientShaders },
};

/**
 * Returns the shaders of a routine step; none if its result is empty.
 *
 * @throws ManabiError `argument` for an unknown routine, `memory` for a buffer larger than a binding that cannot be accessed
 * through windows
 */
export function routineShaders(plan: Plan, step: RoutineStep, tuning: Tuning, bindable: Bindable): StepShaders {
  const routines: Readonly<Record<string, RoutineShaders>> = table;
  return routineNamed(routines, step.name, 'The plan').shaders(plan, step, tuning, bindable);
}
