import { table } from '../table.ts';
import type { ModelProfile, ProfiledStep } from './profile-model.ts';

/** What the last column shows of a name. */
const LONGEST_NAME = 70;

/** The steps of a profile for people: a table, and what they come to. */
export function formatProfile({ batchSize, peakGflops, steps }: ModelProfile): string {
  const outer = steps.filter(({ depth }) => depth === 0);
  const total = sumOf(outer, 'milliseconds');
  const limit = sumOf(outer, 'limitMilliseconds');
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
    `A batch of ${batchSize}: ${total.toFixed(3)} ms in ${outer.length} steps, ` +
      `${(sumOf(outer, 'operations') / 1e6).toFixed(1)} MFLOP, ${percent(limit, total)} of the limit.`,
    `Limits: ${peakGflops.toFixed(1)} GFLOP/s of one thread in registers, and copies of as many bytes.`,
  ].join('\n');
}

function cellsOf(step: ProfiledStep, total: number): string[] {
  const { name, depth, operations, bytes, milliseconds, limitMilliseconds, limit } = step;
  const text = `${'  '.repeat(depth)}${name}`;
  return [
    milliseconds.toFixed(3),
    percent(milliseconds, total),
    (operations / 1e6).toFixed(2),
    (bytes / 1e6).toFixed(2),
    rate(operations, milliseconds),
    rate(bytes, milliseconds),
    percent(limitMilliseconds, milliseconds),
    limit,
    text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text,
  ];
}

function sumOf(steps: readonly ProfiledStep[], what: 'milliseconds' | 'limitMilliseconds' | 'operations'): number {
  return steps.reduce((sum, step) => sum + step[what], 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(0)}%`;
}

/** 10⁹ a second. */
function rate(amount: number, milliseconds: number): string {
  return milliseconds === 0 ? '–' : (amount / milliseconds / 1e6).toFixed(1);
}
