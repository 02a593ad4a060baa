import { type Plan, type RoutineAttributes, routineNamed, type Step } from '@manabi/compiler';
import type { CpuRoutineName } from '../target.ts';
import type { RoutineEmitter } from './emission.ts';

/** Emitter of each routine of the CPU backend. */
export type Emitters = {
  readonly [K in CpuRoutineName | 'attentionGradient']: RoutineEmitter<RoutineAttributes[K]>;
};

/**
 * Returns the emitter of a routine.
 *
 * @throws ManabiError `argument` for an unknown routine
 */
export function emitterOf(emitters: Partial<Emitters>, name: string): RoutineEmitter {
  return routineNamed<RoutineEmitter>(emitters, name, 'The plan');
}

/** Returns the steps of a plan, and of the plans of its loops and branches. */
export function stepsWithin({ steps }: Plan): Step[] {
  return steps.flatMap((step) => [step, ...plansOf(step).flatMap(stepsWithin)]);
}

function plansOf(step: Step): readonly Plan[] {
  switch (step.kind) {
    case 'loop':
      return [step.loop.body, step.loop.test].filter((plan) => plan !== null);
    case 'branch':
      return [step.branch.thenPlan, step.branch.elsePlan];
    default:
      return [];
  }
}
