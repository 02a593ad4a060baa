export { type FunctionCode, type PlanCode, planCode } from './code/plan-code.ts';
export { type TimeStepsOptions, timeSteps } from './code/time-steps.ts';
