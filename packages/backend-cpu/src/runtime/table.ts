/** The slots of a plan, which determine the size of its table of addresses. */
interface Table {
  readonly slots: readonly unknown[];
}

/** Size in bytes of the error record, which precedes the table of slot addresses in memory. */
export const errorRecordBytes = 16;

/**
 * Returns the number of the table entry that contains the address of the scratch memory which all steps share. It
 * follows the entries of the slots.
 */
export function scratchSlot(plan: Table): number {
  return plan.slots.length;
}

/**
 * Returns the number of the table entry that contains the address of the scratch memory which is kept while a loop
 * runs.
 */
export function keptScratchSlot(plan: Table): number {
  return plan.slots.length + 1;
}

/** Returns the number of table entries of a plan. */
export function tableEntries(plan: Table): number {
  return plan.slots.length + 2;
}

/**
 * Threads tell each other addresses of records and tables in units of this number of bytes, as unsigned 32-bit integers, which
 * represent 16 GiB.
 */
export const tableUnit = 4;
