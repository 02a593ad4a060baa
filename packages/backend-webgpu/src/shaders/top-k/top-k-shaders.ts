import type { Plan, RoutineStep, TopKAttributes } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';
import { ShaderModule } from '../../wgsl/shader-module.ts';
import { type EntryPoint, itemsOf, shaderOf } from '../entry-point.ts';
import type { Shader } from '../shader.ts';
import { ShaderBuffers } from '../shader-buffers.ts';
import { oneShader, type StepShaders } from '../step-shaders.ts';
import type { Range } from '../windows/range.ts';
import type { SlotRange } from '../windows/reach.ts';
import { type Bindable, withWindows } from '../windows/with-windows.ts';
import { rankEntry } from './rank-entry.ts';
import { mergeEntry, type Runs, sortEntry } from './sort-entries.ts';

/** Length up to which the elements of a row are ranked by comparing each with all others. */
const SHORT = { hardware: 64, software: 256 } as const;

/** Number of elements of a row that a workgroup sorts in its memory: 8 KiB, half of what every device has. */
const CHUNK = 1024;

/**
 * Returns the shaders of `topK`, which selects the k best elements of each row, in order. Short rows are ranked. Other
 * rows are divided into chunks that are sorted and then merged in pairs, of which only the k best elements are kept.
 */
export function topKShaders(
  plan: Plan,
  step: RoutineStep<TopKAttributes>,
  tuning: Tuning,
  bindable: Bindable,
): StepShaders {
  const { rows, length, k } = step.attributes;
  if (rows * k === 0) return oneShader(null);
  /** @param rowsOf returns the rows that a range of workgroups computes */
  const write = (entryOf: (buffers: ShaderBuffers) => EntryPoint, rowsOf: (groups: Range) => Range): Shader =>
    withWindows(plan, step, bindable, (windows) => {
      const buffers = new ShaderBuffers(plan, step, new ShaderModule(), windows);
      const shader = shaderOf(buffers.module, buffers, entryOf(buffers));
      return { shader, rangesOf: (groups) => rowRanges(step, rowsOf(groups)) };
    });
  if (length <= SHORT[tuning]) {
    const rowsOf = (groups: Range): Range => divided(itemsOf(groups, rows * length), length);
    return oneShader(write((buffers) => rankEntry(step, buffers), rowsOf));
  }
  const chunk = Math.min(CHUNK, 2 ** Math.ceil(Math.log2(length)));
  const passes = runsOfPasses(length, chunk, k);
  const last = passes.length - 1;
  const scratchOf = (pass: number): number => 2 * (pass % 2);
  const bytes: number[] = [];
  const shaders = passes.map((runs, pass) => {
    const to = pass === last ? null : scratchOf(pass);
    if (to !== null) bytes[pass % 2] = Math.max(bytes[pass % 2] ?? 0, 4 * rows * runs.count * runs.length);
    if (pass === 0) {
      return write(
        (buffers) => sortEntry(step, buffers, chunk, runs, to),
        (groups) => divided(groups, runs.count),
      );
    }
    const from = passes[pass - 1];
    const items = from.count * from.length;
    return write(
      (buffers) => mergeEntry(step, buffers, from, scratchOf(pass - 1), runs, to),
      (groups) => divided(itemsOf(groups, rows * items), items),
    );
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

const divided = ({ low, high }: Range, by: number): Range => ({
  low: Math.floor(low / by),
  high: Math.floor(high / by),
});

/** Returns the elements of a range of rows in the operand and the results. */
function rowRanges(
  { attributes: { length, k }, operands: [input], results }: RoutineStep<TopKAttributes>,
  { low, high }: Range,
): readonly SlotRange[] {
  const elements = (each: number): Range => ({ low: low * each, high: (high + 1) * each - 1 });
  return [{ slot: input, elements: elements(length) }, ...results.map((slot) => ({ slot, elements: elements(k) }))];
}
