export { interpretKernel, type KernelMemory } from './plan/interpret-kernel.ts';
export { interpretPlan } from './plan/interpret-plan.ts';
