export { compilePlan, type PlanOptions } from './compile.ts';
export {
  type Algebra,
  type Double,
  type DoubleAlgebra,
  type FormulaName,
  formulaArity,
  formulas,
  loadFormulas,
} from './formulas/index.ts';
export { expressionPattern } from './graph/expression-pattern.ts';
export {
  type Coverage,
  type Epilogue,
  type OperandForm,
  type Pattern,
  type Routine,
  type RoutineCost,
  type RoutineSite,
  type RoutineTable,
  routineNamed,
  type StandardFormSite,
} from './graph/routine.ts';
export type { Splitting } from './graph/splitting.ts';
export { type EpilogueTarget, epilogueTarget, invariantStatements, isPlainStore } from './plan/epilogue.ts';
export { firstOverwrite } from './plan/first-overwrite.ts';
export { formatIndex } from './plan/format-index.ts';
export { indexOrigin } from './plan/index-origin.ts';
export type { Axis, Block, Instruction, Kernel, Statement } from './plan/kernel.ts';
export type { Branch, Loop, LoopCarry, Plan, Slot, SlotPlace, Step } from './plan/plan.ts';
export type { RoutineStep } from './plan/routine-step.ts';
export { rootOf, type StepBinding, stepBindings } from './plan/step-bindings.ts';
export { type Varying, varyingIn } from './plan/varying.ts';
export {
  accessesOf,
  atomVaries,
  axisFactor,
  definitionsOf,
  forEachIndexScalar,
  forEachStatement,
  indexesOf,
  indexVaries,
  type KernelAccess,
  type KernelLoop,
  operandsOf,
} from './plan/walk-kernel.ts';
export type { AttentionAttributes, AttentionOperand } from './routines/attention/attention.ts';
export type { AttentionGradientAttributes } from './routines/attention/attention-gradient.ts';
export type {
  ConvolutionAttributes,
  ConvolutionOperand,
  ConvolutionShapes,
} from './routines/convolution/attributes.ts';
export type { DotAttributes, DotOperand } from './routines/dot/attributes.ts';
export { gpuRoutineTable } from './routines/gpu-table.ts';
export type { MatMulIntegerAttributes } from './routines/integer-product/mat-mul-integer.ts';
export { type RoutineAttributes, type RoutineName, routineTable } from './routines/table.ts';
export type { TopKAttributes } from './routines/top-k/top-k.ts';
export { gpuStrategies } from './strategies/gpu-strategies.ts';
export type { PlannedGroups, Strategies } from './strategies/strategies.ts';
export { type PlanCosts, type PlanTarget, storableDTypes } from './target.ts';
