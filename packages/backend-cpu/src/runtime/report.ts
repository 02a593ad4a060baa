import type { Plan, PlanTarget, RoutineTable } from '@manabi/compiler';
import { printPlan, stepCosts } from '@manabi/compiler/report';
import type { StepReport } from '@manabi/ir';
import type { LoadedPlan } from './loaded-plan.ts';

// Pages load this module when they ask for a report; see `Executable`.

/** Describes the steps of a plan, and how many tasks each of them has. */
export function describePlan(plan: Plan, table: RoutineTable, loaded: LoadedPlan): string {
  return `${printPlan(plan, table)}\ntasks: ${loaded.code.frame
    .functions()
    .map(({ tasks }) => tasks)
    .join(' ')}`;
}

/** Returns the costs of the steps of a plan, their times if it measures them, and how threads shared them. */
export function reportsOf(
  plan: Plan,
  target: PlanTarget,
  table: RoutineTable,
  loaded: LoadedPlan,
): readonly StepReport[] {
  const times = loaded.code.clocks?.shortest() ?? [];
  return stepCosts(plan, target, table).map((cost, i) => ({
    ...cost,
    milliseconds: times[i] ?? null,
    ...loaded.code.threaded?.loadOf?.(i),
  }));
}
