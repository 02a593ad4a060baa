export { checkPlan } from './plan/check-plan.ts';
export { interpretKernel, type KernelMemory } from './plan/interpret-kernel.ts';
export { type InterpretOptions, interpretPlan } from './plan/interpret-plan.ts';
