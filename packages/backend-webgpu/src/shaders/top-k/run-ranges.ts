import type { RoutineStep, TopKAttributes } from '@manabi/compiler';
import { itemsOf } from '../entry-per-item.ts';
import { axisRanges, type Range } from '../windows/range.ts';
import type { SlotRange } from '../windows/reach.ts';
import { scratchSlot } from '../windows/scratch-slot.ts';
import type { RunPlace, Runs } from './sort-entries.ts';

type TopKStep = RoutineStep<TopKAttributes>;

/** Returns the elements that workgroups of `rankEntry` may access: those of their rows. */
export function rankedRanges(step: TopKStep, groups: Range): readonly SlotRange[] {
  const { rows, length } = step.attributes;
  const [inRows] = axisRanges(itemsOf(groups, rows * length), [rows, length]);
  return [{ slot: step.operands[0], elements: runsIn(inRows, length) }, ...resultRanges(step, inRows)];
}

/** Returns the elements that workgroups of `sortEntry` may access: those of their chunks and runs. */
export function sortedRanges(
  step: TopKStep,
  chunk: number,
  runs: Runs,
  to: RunPlace,
  groups: Range,
): readonly SlotRange[] {
  const { rows, length } = step.attributes;
  const [inRows, inRuns] = axisRanges(groups, [rows, runs.count]);
  const elements = {
    low: inRows.low * length + inRuns.low * chunk,
    high: inRows.high * length + Math.min(length, (inRuns.high + 1) * chunk) - 1,
  };
  return [{ slot: step.operands[0], elements }, ...storedRanges(step, to, inRows, groups, runs)];
}

/** Returns the elements that workgroups of `mergeEntry` may access: those of whole pairs of runs. */
export function mergedRanges(
  step: TopKStep,
  from: Runs,
  scratch: number,
  merged: Runs,
  to: RunPlace,
  groups: Range,
): readonly SlotRange[] {
  const { rows } = step.attributes;
  const items = itemsOf(groups, rows * from.count * from.length);
  const [inRows, inRuns] = axisRanges(items, [rows, from.count, from.length]);
  const inPairs = { low: Math.floor(inRuns.low / 2), high: Math.floor(inRuns.high / 2) };
  const read = {
    low: inRows.low * from.count + 2 * inPairs.low,
    high: inRows.high * from.count + Math.min(from.count - 1, 2 * inPairs.high + 1),
  };
  const written = {
    low: inRows.low * merged.count + inPairs.low,
    high: inRows.high * merged.count + inPairs.high,
  };
  return [
    ...[scratch, scratch + 1].map((index) => ({ slot: scratchSlot(index), elements: runsIn(read, from.length) })),
    ...storedRanges(step, to, inRows, written, merged),
  ];
}

/** Returns where runs are stored. @param written numbers of the runs */
function storedRanges(step: TopKStep, to: RunPlace, inRows: Range, written: Range, runs: Runs): readonly SlotRange[] {
  if (to === null) return resultRanges(step, inRows);
  return [to, to + 1].map((index) => ({ slot: scratchSlot(index), elements: runsIn(written, runs.length) }));
}

const resultRanges = ({ attributes: { k }, results }: TopKStep, rows: Range): readonly SlotRange[] =>
  results.map((slot) => ({ slot, elements: runsIn(rows, k) }));

/** Returns the elements of consecutive runs of equal lengths. */
const runsIn = ({ low, high }: Range, length: number): Range => ({ low: low * length, high: (high + 1) * length - 1 });
