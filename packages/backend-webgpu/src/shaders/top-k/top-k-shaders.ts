import type { RoutineStep, TopKAttributes } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import type { StepDraft } from '../step-draft.ts';
import { rankEntry } from './rank-entry.ts';
import { mergedRanges, rankedRanges, sortedRanges } from './run-ranges.ts';
import { mergeEntry, type Runs, sortEntry } from './sort-entries.ts';

/** Length up to which the elements of a row are ranked by comparing each with all others. */
const SHORT = { hardware: 64, software: 256 } as const;

/** Number of elements of a row that a workgroup sorts in its memory: 8 KiB, half of what every device has. */
const CHUNK = 1024;

/**
 * Returns the shaders of `topK`, which selects the k best elements of each row, in order. Short rows are ranked. Other
 * rows are divided into chunks that are sorted and then merged in pairs, of which only the k best elements are kept.
 */
export function topKDraft(step: RoutineStep<TopKAttributes>, tuning: Tuning): StepDraft {
  const { rows, length, k } = step.attributes;
  if (rows * k === 0) return { shaders: [], scratch: [] };
  if (length <= SHORT[tuning]) {
    const ranked: StepDraft['shaders'][number] = {
      rangesOf: (groups) => rankedRanges(step, groups),
      entryOf: (buffers, tools) => rankEntry(step, buffers, tools),
    };
    return { shaders: [ranked], scratch: [] };
  }
  const chunk = Math.min(CHUNK, 2 ** Math.ceil(Math.log2(length)));
  const passes = runsOfPasses(length, chunk, k);
  const last = passes.length - 1;
  const scratchOf = (pass: number): number => 2 * (pass % 2);
  const bytes: number[] = [];
  for (const [pass, runs] of passes.slice(0, last).entries()) {
    bytes[pass % 2] = Math.max(bytes[pass % 2] ?? 0, 4 * rows * runs.count * runs.length);
  }
  const shaders = passes.map((runs, pass): StepDraft['shaders'][number] => {
    const to = pass === last ? null : scratchOf(pass);
    if (pass === 0) {
      return {
        rangesOf: (groups) => sortedRanges(step, chunk, runs, to, groups),
        entryOf: (buffers, tools) => sortEntry(step, buffers, tools, chunk, runs, to),
      };
    }
    const [from, read] = [passes[pass - 1], scratchOf(pass - 1)];
    return {
      rangesOf: (groups) => mergedRanges(step, from, read, runs, to, groups),
      entryOf: (buffers, tools) => mergeEntry(step, buffers, tools, from, read, runs, to),
    };
  });
  return { shaders, scratch: bytes.flatMap((each) => [each, each]) };
}

/**
 * Returns the runs that each pass writes. Passes alternate between two pairs of scratch buffers, and the last one writes
 * the results.
 */
function runsOfPasses(length: number, chunk: number, k: number): readonly Runs[] {
  const passes: Runs[] = [{ count: Math.ceil(length / chunk), length: Math.min(k, chunk) }];
  for (let [runs] = passes; runs.count > 1; passes.push(runs)) {
    runs = { count: Math.ceil(runs.count / 2), length: Math.min(k, 2 * runs.length) };
  }
  return passes;
}
