/**
 * Returns the number that stands for a scratch buffer (see `StepShaders`) in place of the number of a slot. It is negative.
 */
export const scratchSlot = (index: number): number => -1 - index;

/** Returns the index of the scratch buffer that a number stands for; null for the number of a slot. */
export const scratchIndex = (slot: number): number | null => (slot < 0 ? -1 - slot : null);
