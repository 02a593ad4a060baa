import type { RoutineName } from '@manabi/ir';
import type { StepRoutine } from '../plan/plan.ts';

const STEP_ROUTINES: { readonly [K in StepRoutine]: true } = { dot: true, topK: true };

/** True for a routine that is a step of a plan. */
export function isStepRoutine(routine: RoutineName): routine is StepRoutine {
  return Object.hasOwn(STEP_ROUTINES, routine);
}
