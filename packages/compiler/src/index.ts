export { compilePlan, type PlanOptions } from './compile.ts';
export { formatIndex } from './format-index.ts';
export type { Axis, Block, Instruction, Kernel, Statement } from './kernel.ts';
export type { Dot, DotOperand, IndexSite, Plan, Slot, Step, TopK } from './plan.ts';
export { printKernel, printPlan, printStep } from './print-plan.ts';
