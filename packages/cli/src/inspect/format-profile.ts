import { table } from '../table.ts';
import type { ModelProfile, ProfiledStep } from './profile-model.ts';

/** Largest number of characters printed of a step's name; longer names are cut off. */
const LONGEST_NAME = 70;

/** Descriptions of the clocks that measure steps. */
const clocks: { readonly [K in ModelProfile['clock']]: string } = {
  host: "the host's clock, around the call of each step",
  gpu: 'timestamps of the GPU',
  submission: "the host's clock, from the submission of each step until the GPU has finished",
};

/** Formats a profile as a table of the plan's steps, followed by a summary. */
export function formatProfile({ backend, clock, batchSize, peakGflops, placement, steps }: ModelProfile): string {
  const outer = steps.filter(({ depth }) => depth === 0);
  const total = sumOf(outer, 'milliseconds');
  const numbers = ['ms', 'of all', 'MFLOP', 'MB', 'GFLOP/s', 'GB/s', ...(peakGflops === null ? [] : ['of limit'])];
  const isShared = steps.some(({ threads }) => threads !== null);
  const columns = [
    ...numbers.map((title) => ({ title, align: 'right' as const })),
    ...(peakGflops === null ? [] : [{ title: 'limit' }]),
    ...(isShared ? ['threads', 'imbalance'] : []).map((title) => ({ title, align: 'right' as const })),
    { title: 'step' },
  ];
  const summary =
    `Batch of ${batchSize}: ${total.toFixed(3)} ms in ${outer.length} steps, ` +
    `${(sumOf(outer, 'operations') / 1e6).toFixed(1)} MFLOP`;
  return [
    table(
      columns,
      steps.map((step) => cellsOf(step, total, isShared)),
    ),
    '',
    peakGflops === null ? `${summary}.` : `${summary}, ${limitsOf(outer, peakGflops)}`,
    ...(isShared
      ? ['Imbalance: time of the thread that computed longest, divided by the mean time of the threads of the step.']
      : []),
    `Backend ${backend}, measured by ${clocks[clock]}.`,
    ...(placement === null ? [] : [`Placement: ${placement}`]),
  ].join('\n');
}

/** Compares the steps with their limits, and explains these. */
function limitsOf(outer: readonly ProfiledStep[], peakGflops: number): string {
  const limit = outer.reduce((sum, step) => sum + limitOf(step), 0);
  return (
    `${percent(limit, sumOf(outer, 'milliseconds'))} of the limit.\n` +
    `Limits: ${peakGflops.toFixed(1)} GFLOP/s of each thread in registers, and the time to copy the same number of bytes. A step\n` +
    'faster than its limit (data in cache, or a busy machine during the measurement) counts as 100%.'
  );
}

function cellsOf(step: ProfiledStep, total: number, isShared: boolean): string[] {
  const { name, depth, operations, bytes, milliseconds, limit, threads, imbalance } = step;
  const text = `${'  '.repeat(depth)}${name}`;
  return [
    milliseconds.toFixed(3),
    percent(milliseconds, total),
    (operations / 1e6).toFixed(2),
    (bytes / 1e6).toFixed(2),
    rate(operations, milliseconds),
    rate(bytes, milliseconds),
    ...(limit === null ? [] : [percent(limitOf(step), milliseconds), limit]),
    ...(isShared ? [threads ?? 1, imbalance === null ? '–' : imbalance.toFixed(2)].map(String) : []),
    text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text,
  ];
}

/** Returns the shortest possible time of a step; if the step was measured to be faster, its measured time. */
function limitOf({ milliseconds, limitMilliseconds }: ProfiledStep): number {
  return limitMilliseconds === null ? milliseconds : Math.min(milliseconds, limitMilliseconds);
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
