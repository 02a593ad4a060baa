export { interpretKernel, type KernelMemory } from './interpret-kernel.ts';
export { interpretPlan } from './interpret-plan.ts';
