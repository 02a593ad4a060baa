import type { PlanCache } from './plan-cache.ts';

/** Returns null: pages have no folders. Node loads `in-node.ts` in place of this module; see `imports` in `package.json`. */
export function createPlanCache(_folder: string | null | undefined, _leastTime?: number): PlanCache | null {
  return null;
}
