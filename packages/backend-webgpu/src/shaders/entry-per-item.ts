import type { EntryPoint } from './entry-point.ts';
import type { Range } from './windows/range.ts';

/** Number of invocations in a workgroup whose invocations share nothing. */
export const THREADS = 64;

/**
 * Returns an entry point in which each invocation computes one item.
 *
 * @param item name of the variable for the number of the item, a u32
 */
export function entryPerItem(name: string, items: number, item: string, body: readonly string[]): EntryPoint {
  return {
    name,
    lanes: THREADS,
    groups: Math.ceil(items / THREADS),
    body: [`let ${item} = group * ${THREADS}u + lane;`, `if (${item} >= ${items}u) { return; }`, ...body],
  };
}

/** Returns the numbers of the items that a range of workgroups computes; see `entryPerItem`. */
export const itemsOf = ({ low, high }: Range, items: number): Range => ({
  low: low * THREADS,
  high: Math.min(items, (high + 1) * THREADS) - 1,
});
