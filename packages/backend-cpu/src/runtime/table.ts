/** The part of a plan that determines the size of its table of addresses. */
interface Table {
  readonly slots: readonly unknown[];
}

/** Bytes of the error record, which precedes the table of slot addresses. */
export const errorRecordBytes = 16;

/** Returns the table entry, after those of the slots, with the address of scratch memory for one step at a time. */
export function scratchSlot(plan: Table): number {
  return plan.slots.length;
}

/** Returns the table entry with the address of scratch memory kept while a loop runs. */
export function keptScratchSlot(plan: Table): number {
  return plan.slots.length + 1;
}

/** Returns the number of table entries of a plan. */
export function tableEntries(plan: Table): number {
  return plan.slots.length + 2;
}
