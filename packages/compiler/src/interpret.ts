export { checkPlan } from './interpreter/check-plan.ts';
export { interpretKernel, type KernelMemory } from './interpreter/interpret-kernel.ts';
export { type InterpretOptions, interpretPlan } from './interpreter/interpret-plan.ts';
export { type RoutineInterpreter, type RoutineInterpreters, routineInterpreters } from './routines/interpreters.ts';
export type { RoutineRun } from './routines/routine-run.ts';
