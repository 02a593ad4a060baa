import type { Plan, RoutineAttributes, RoutineName, RoutineStep } from '@manabi/compiler';
import { routineNamed } from '@manabi/compiler';
import { dotShader } from './dot-shader.ts';
import type { Shader } from './shader.ts';
import { topKShader } from './top-k-shader.ts';

/** The routines that shaders exist for. */
export const routineNames = ['dot', 'topK'] as const satisfies readonly RoutineName[];

/** A routine that the WebGPU backend has. */
export type WebGpuRoutineName = (typeof routineNames)[number];

/** Writes the shader of a routine; null if it has nothing to do. A method, so that those of all attributes have one type. */
interface RoutineShader<A extends object = object> {
  shader(plan: Plan, step: RoutineStep<A>): Shader | null;
}

const shaders: { readonly [K in WebGpuRoutineName]: RoutineShader<RoutineAttributes[K]> } = {
  dot: { shader: dotShader },
  topK: { shader: topKShader },
};

/**
 * Writes the shader of a routine.
 *
 * @throws ManabiError `argument` for a routine that does not exist
 */
export function routineShader(plan: Plan, step: RoutineStep): Shader | null {
  const table: Readonly<Record<string, RoutineShader>> = shaders;
  return routineNamed(table, step.name, 'The plan').shader(plan, step);
}
