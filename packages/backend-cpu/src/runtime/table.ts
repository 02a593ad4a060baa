/** What a table of addresses is made for: a plan, by its slots. */
interface Table {
  readonly slots: readonly unknown[];
}

/** Bytes before the table of slot addresses that hold the error record. */
export const errorRecordBytes = 16;

/** The place in a plan's table behind its slots that holds the address of scratch memory for one step at a time. */
export function scratchSlot(plan: Table): number {
  return plan.slots.length;
}

/** The place behind it, for the scratch memory that keeps what it holds. */
export function keptScratchSlot(plan: Table): number {
  return plan.slots.length + 1;
}

/** Entries of a plan's table. */
export function tableEntries(plan: Table): number {
  return plan.slots.length + 2;
}
