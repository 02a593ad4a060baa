import { type Kind, kind } from '@manabi/errors';
import { isPlainObject } from '@manabi/errors/internal';
import type { Plan } from './plan/plan.ts';
import type { Strategies } from './strategies/strategies.ts';
import type { PlanTarget } from './target.ts';

/**
 * Validator of `PlanTarget` arguments: checks only that a few properties of a target exist, which distinguish it from
 * other objects.
 */
export const targetKind: Kind<PlanTarget> = kind('a PlanTarget, such as cpuTarget of @manabi/backend-cpu', isTarget);

function isTarget(given: unknown): given is PlanTarget {
  return (
    isPlainObject(given) &&
    typeof given.name === 'string' &&
    isPlainObject(given.bytesOf) &&
    isPlainObject(given.costs) &&
    isPlainObject(given.costs.scalar) &&
    Array.isArray(given.routines)
  );
}

/** Validator of `Strategies` arguments. */
export const strategiesKind: Kind<Strategies> = kind('gpuStrategies', isStrategies);

function isStrategies(given: unknown): given is Strategies {
  return isPlainObject(given) && isPlainObject(given.splitting) && typeof given.assemble === 'function';
}

/** Validator of `Plan` arguments. */
export const planKind: Kind<Plan> = kind('a plan, as compilePlan() returns it', isPlan);

function isPlan(given: unknown): given is Plan {
  return (
    isPlainObject(given) && [given.slots, given.steps, given.inputs, given.outputs, given.sites].every(Array.isArray)
  );
}
