import type { Plan } from './plan.ts';
import { stepSlots } from './step-slots.ts';

/**
 * The first step of a plan that writes over a donated input; the number of steps if none does. Up to there a run can still
 * fail without a loss.
 */
export function firstOverwrite({ slots, steps }: Plan): number {
  const isOverwritten = (slot: number): boolean => {
    const { place } = slots[slot];
    return place.kind === 'output' && place.reuses !== null;
  };
  const found = steps.findIndex((step) => stepSlots(step).some(({ slot, written }) => written && isOverwritten(slot)));
  return found < 0 ? steps.length : found;
}
