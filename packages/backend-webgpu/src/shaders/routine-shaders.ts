import type { Plan, RoutineAttributes, RoutineName, RoutineStep } from '@manabi/compiler';
import { routineNamed } from '@manabi/compiler';
import type { Tuning } from '../device/tuning.ts';
import { dotShader } from './dot/dot-shader.ts';
import type { Shader } from './shader.ts';
import { topKShader } from './top-k-shader.ts';

/** Names of the routines that have a shader. */
export const routineNames = ['dot', 'topK'] as const satisfies readonly RoutineName[];

/** Name of a routine of the WebGPU backend. */
export type WebGpuRoutineName = (typeof routineNames)[number];

/**
 * Returns the shader of a routine, or null if its result is empty. `shader` is a method, so routines with different
 * attributes have a common type.
 */
interface RoutineShader<A extends object = object> {
  shader(plan: Plan, step: RoutineStep<A>, tuning: Tuning): Shader | null;
}

const shaders: { readonly [K in WebGpuRoutineName]: RoutineShader<RoutineAttributes[K]> } = {
  dot: { shader: dotShader },
  topK: { shader: topKShader },
};

/**
 * Returns the shader of a routine step; null if its result is empty.
 *
 * @throws ManabiError `argument` for an unknown routine
 */
export function routineShader(plan: Plan, step: RoutineStep, tuning: Tuning): Shader | null {
  const table: Readonly<Record<string, RoutineShader>> = shaders;
  return routineNamed(table, step.name, 'The plan').shader(plan, step, tuning);
}
