import { table } from '../table.ts';
import type { ModelProfile, ProfiledStep } from './profile-model.ts';

/** Largest number of characters printed of a step's name; longer names are cut off. */
const LONGEST_NAME = 70;

/** Formats a profile as a table of the plan's steps, followed by a summary. */
export function formatProfile({ batchSize, peakGflops, steps }: ModelProfile): string {
  const outer = steps.filter(({ depth }) => depth === 0);
  const total = sumOf(outer, 'milliseconds');
  const limit = outer.reduce((sum, step) => sum + limitOf(step), 0);
  const columns = [
    ...['ms', 'of all', 'MFLOP', 'MB', 'GFLOP/s', 'GB/s', 'of limit'].map((title) => ({
      title,
      align: 'right' as const,
    })),
    { title: 'limit' },
    { title: 'step' },
  ];
  return [
    table(
      columns,
      steps.map((step) => cellsOf(step, total)),
    ),
    '',
    `Batch of ${batchSize}: ${total.toFixed(3)} ms in ${outer.length} steps, ` +
      `${(sumOf(outer, 'operations') / 1e6).toFixed(1)} MFLOP, ${percent(limit, total)} of the limit.`,
    `Limits: ${peakGflops.toFixed(1)} GFLOP/s of one thread in registers, and the time to copy the same number of bytes. A step\n` +
      'faster than its limit (data in cache, or a busy machine during the measurement) counts as 100%.',
  ].join('\n');
}

function cellsOf(step: ProfiledStep, total: number): string[] {
  const { name, depth, operations, bytes, milliseconds, limit } = step;
  const text = `${'  '.repeat(depth)}${name}`;
  return [
    milliseconds.toFixed(3),
    percent(milliseconds, total),
    (operations / 1e6).toFixed(2),
    (bytes / 1e6).toFixed(2),
    rate(operations, milliseconds),
    rate(bytes, milliseconds),
    percent(limitOf(step), milliseconds),
    limit,
    text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text,
  ];
}

/** Returns the shortest possible time of a step; if the step was measured to be faster, its measured time. */
function limitOf({ milliseconds, limitMilliseconds }: ProfiledStep): number {
  return Math.min(milliseconds, limitMilliseconds);
}

function sumOf(steps: readonly ProfiledStep[], what: 'milliseconds' | 'operations'): number {
  return steps.reduce((sum, step) => sum + step[what], 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(0)}%`;
}

/** Converts an amount and its time in milliseconds to billions per second. */
function rate(amount: number, milliseconds: number): string {
  return milliseconds === 0 ? '–' : (amount / milliseconds / 1e6).toFixed(1);
}
