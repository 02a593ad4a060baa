export { compilePlan, type PlanOptions } from './compile.ts';
export { firstOverwrite } from './first-overwrite.ts';
export { formatIndex } from './format-index.ts';
export type { Axis, Block, Instruction, Kernel, Statement } from './kernel.ts';
export type { Branch, Dot, DotOperand, IndexSite, Loop, LoopCarry, Plan, Slot, Step, TopK } from './plan.ts';
export { printKernel, printPlan, printStep } from './print-plan.ts';
export { type StepCost, stepCosts } from './step-costs.ts';
