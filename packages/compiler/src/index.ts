export { compilePlan, type PlanOptions } from './compile.ts';
export {
  type Algebra,
  type Double,
  type DoubleAlgebra,
  type FormulaName,
  formulaArity,
  formulas,
} from './formulas/index.ts';
export { firstOverwrite } from './plan/first-overwrite.ts';
export { formatIndex } from './plan/format-index.ts';
export { indexOrigin } from './plan/index-origin.ts';
export type { Axis, Block, Instruction, Kernel, Statement } from './plan/kernel.ts';
export type { Branch, Dot, DotOperand, IndexSite, Loop, LoopCarry, Plan, Slot, Step, TopK } from './plan/plan.ts';
export { printKernel, printPlan, printStep } from './plan/print-plan.ts';
export { type StepBinding, stepBindings } from './plan/step-bindings.ts';
export { type StepCost, stepCosts } from './plan/step-costs.ts';
export type { PlanCosts, PlanTarget } from './target.ts';
