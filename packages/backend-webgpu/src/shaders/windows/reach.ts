import { accessesOf, type Block, type Kernel, type KernelAccess, type Plan, rootOf } from '@manabi/compiler';
import { IndexRanges } from './index-ranges.ts';
import { clampedTo, hull, type Range, wholeAxis } from './range.ts';

/** Each element in a scratch buffer takes a word. */
const SCRATCH_BYTES = 4;

/** Range of elements of a slot, or of a scratch buffer; see `scratchSlot`. */
export interface SlotRange {
  readonly slot: number;
  readonly elements: Range;
}

/**
 * Bytes that some workgroups of a shader may access, from the start of the slots, by the first slot of each buffer (see
 * `rootOf`). `low` is inclusive, `high` exclusive.
 */
export type Reach = ReadonlyMap<number, Range>;

/** Returns the first slot in the buffer of a slot; a scratch buffer stands for itself. */
export const bufferRoot = (plan: Plan, slot: number): number => (slot < 0 ? slot : rootOf(plan, slot));

/** Returns the size in bytes of a stored element of a slot. */
export function elementBytesOf({ slots }: Plan, slot: number): number {
  if (slot < 0) return SCRATCH_BYTES;
  const { packed, bytes, elements } = slots[slot];
  // The size of packed elements is rounded up to whole words.
  return packed || elements === 0 ? 1 : bytes / elements;
}

/** Returns the elements that a block of a kernel may access, for given ranges of axes. */
export function blockRanges(kernel: Kernel, block: Block, axes: ReadonlyMap<number, Range>): readonly SlotRange[] {
  const ranges = new IndexRanges(kernel, axes);
  return accessesOf(block).map(({ slot, index }: KernelAccess) => ({ slot, elements: ranges.of(index) }));
}

/** Combines ranges of elements to the bytes of each buffer. */
export function reachOf(plan: Plan, ranges: readonly SlotRange[]): Reach {
  const reach = new Map<number, Range>();
  for (const { slot, elements } of ranges) {
    const root = bufferRoot(plan, slot);
    const size = elementBytesOf(plan, slot);
    // Indices are within the slot, whatever their bounds are.
    const { low, high } = slot < 0 ? elements : clampedTo(elements, wholeAxis(plan.slots[slot].elements));
    const bytes = { low: low * size, high: (high + 1) * size };
    const known = reach.get(root);
    reach.set(root, known === undefined ? bytes : hull(known, bytes));
  }
  return reach;
}
