import type { Plan } from '@manabi/compiler';
import { type Kind, kind, readArgument } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';

const planKind: Kind<Plan> = kind('a plan for cpuTarget, as compilePlan() returns it', isPlan);

function isPlan(given: unknown): given is Plan {
  return isPlainObject(given) && [given.slots, given.steps, given.inputs, given.outputs].every(Array.isArray);
}

/** Returns the plan that was passed to a function. @throws ManabiError `argument` if it is not a plan */
export function readPlan(op: string, plan: Plan): Plan {
  return readArgument(op, 'plan', plan, planKind);
}
