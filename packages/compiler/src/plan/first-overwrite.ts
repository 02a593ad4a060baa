import type { Plan } from './plan.ts';
import { stepSlots } from './step-slots.ts';

/**
 * Returns the index of the first step of a plan that overwrites a donated input, or the number of steps if no step
 * does. If a run fails before this step, its inputs are still intact.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, firstOverwrite } from '@manabi/compiler';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]);
 * console.log(firstOverwrite(compilePlan(graph, { target: cpuTarget, donated: [0] }))); // 0
 * ```
 */
export function firstOverwrite({ slots, steps }: Plan): number {
  const isOverwritten = (slot: number): boolean => {
    const { place } = slots[slot];
    return place.kind === 'output' && place.reuses !== null;
  };
  const found = steps.findIndex((step) => stepSlots(step).some(({ slot, written }) => written && isOverwritten(slot)));
  return found < 0 ? steps.length : found;
}
