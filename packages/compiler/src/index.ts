export type { Axis, Block, Instruction, Kernel, Statement } from './kernel.ts';
export type { Dot, DotOperand, IndexSite, Plan, PlanOutput, Slot, Step, TopK } from './plan.ts';
