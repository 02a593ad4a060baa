import { significant } from './format-number.ts';
import type { Profile, ProfiledStep } from './profile.ts';
import type { Case } from './tasks.ts';

const COLUMNS = ['step', 'ms', 'of all', 'Mop', 'MB', 'GFLOP/s', 'GB/s', 'of limit', 'limit', 'what'];

/** Largest number of characters in the name of a step; longer names are shortened. */
const LONGEST_NAME = 90;

/** Formats a profile as a heading and a table with one row for each step. */
export function formatProfile(
  { work, size }: Pick<Case, 'work' | 'size'>,
  { steps, milliseconds, runs, peakGflops }: Profile,
): string {
  const outer = steps.filter(({ depth }) => depth === 0);
  const total = outer.reduce((sum, step) => sum + step.milliseconds, 0);
  const limit = outer.reduce((sum, step) => sum + step.limitMs, 0);
  const cells = steps.map((step, index) => cellsOf(step, index, total));
  const widths = COLUMNS.map((name, column) => Math.max(name.length, ...cells.map((each) => each[column].length)));
  const last = COLUMNS.length - 1;
  const line = (values: readonly string[]) =>
    values.map((value, column) => (column === last ? value : value.padStart(widths[column]))).join('  ');
  return [
    `${work} ${size}: ${significant(total)} ms in ${outer.length} steps, ${significant(milliseconds)} ms per run, ` +
      `the shortest of ${runs}; at the limits ${significant(limit)} ms`,
    `limits: ${significant(peakGflops)} GFLOP/s of one thread in registers; copies of the same number of bytes`,
    line(COLUMNS),
    ...cells.map(line),
    '',
  ].join('\n');
}

function cellsOf(step: ProfiledStep, index: number, total: number): string[] {
  const { name, depth, runs, operations, bytes, milliseconds, limitMs, limit } = step;
  const text = `${'  '.repeat(depth)}${runs > 1 ? `${runs} times ` : ''}${name}`;
  return [
    String(index),
    milliseconds.toFixed(3),
    `${((100 * milliseconds) / total).toFixed(1)}%`,
    (operations / 1e6).toFixed(2),
    (bytes / 1e6).toFixed(2),
    significant(operations / milliseconds / 1e6),
    significant(bytes / milliseconds / 1e6),
    `${((100 * limitMs) / milliseconds).toFixed(0)}%`,
    limit,
    text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text,
  ];
}
