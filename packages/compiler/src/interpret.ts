export { checkPlan } from './interpreter/check-plan.ts';
export { interpretKernel, type KernelMemory } from './interpreter/interpret-kernel.ts';
export { type InterpretOptions, interpretPlan } from './interpreter/interpret-plan.ts';
