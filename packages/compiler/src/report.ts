/**
 * Plans as text, and the costs of their steps, apart from the compiler, so that pages which ask for neither do not download them.
 *
 * @packageDocumentation
 */
export { printKernel, printPlan, printStep } from './report/print-plan.ts';
export { type StepCost, stepCosts } from './report/step-costs.ts';
