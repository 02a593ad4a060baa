import { significant } from './format-number.ts';
import type { Row } from './row.ts';

/** Formats the rows of a case as a heading and a table. */
export function formatCase(rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(cellsOf);
  const widths = COLUMNS.map((name, column) => Math.max(name.length, ...cells.map((each) => each[column].length)));
  const line = (values: readonly string[]) =>
    values.map((value, column) => (column === 0 ? value.padEnd(widths[column]) : value.padStart(widths[column])));
  const body = rows.map((row, index) => [...line(cells[index]), row.note ?? ''].join('  ').trimEnd());
  const adapters = [...new Set(rows.flatMap(({ adapter }) => adapter ?? []))];
  const heading = [`${rows[0].work} ${rows[0].size}`, ...adapters].join(', ');
  const comparisons = rows.flatMap(comparisonOf);
  return [heading, line(COLUMNS).join('  '), ...body, ...comparisons, ''].join('\n');
}

const COLUMNS = ['who', 'threads', 'dispatches', 'least', 'median', 'quartiles', 'rate', 'ratio'];

function cellsOf(row: Row): string[] {
  const { who, threads, leastMs, medianMs, lowMs, highMs } = row;
  if (leastMs === null || medianMs === null || lowMs === null || highMs === null)
    return [who, String(threads), '', '', row.outcome, '', '', ''];
  return [
    who,
    String(threads),
    row.dispatches === null ? '' : String(row.dispatches),
    formatMs(leastMs),
    formatMs(medianMs),
    `${formatMs(lowMs)} to ${formatMs(highMs)}`,
    rateOf(row),
    row.ratio === null ? '' : `${significant(row.ratio)}x`,
  ];
}

/** Compares one of manabi's contestants with the best peer on the same device. */
function comparisonOf({ who, bestPeer, bestPeerRatio }: Row): string[] {
  if (bestPeer === null || bestPeerRatio === null) return [];
  return [`${who} runs at ${significant(bestPeerRatio)}x the speed of the best peer, ${bestPeer}`];
}

/** The rates of a row, of which at most one kind applies to a benchmark. */
type Rates = Pick<Row, 'gflops' | 'gbps' | 'usPerKernel'> & Partial<Pick<Row, 'itemsPerSecond' | 'itemsPerCpuSecond'>>;

/** Formats the rate of a row, such as `65.5 GFLOP/s`; empty if its benchmark has none. */
export function rateOf({ gflops, gbps, usPerKernel, itemsPerSecond = null, itemsPerCpuSecond = null }: Rates): string {
  if (itemsPerSecond !== null) {
    const perCpu = itemsPerCpuSecond === null ? '' : `, ${Math.round(itemsPerCpuSecond)}/CPU s`;
    return `${Math.round(itemsPerSecond)}/s${perCpu}`;
  }
  if (gflops !== null) return `${significant(gflops)} GFLOP/s`;
  if (gbps !== null) return `${significant(gbps)} GB/s`;
  if (usPerKernel !== null) return `${significant(usPerKernel)} us/kernel`;
  return '';
}

/** Formats a time with three digits. */
export function formatMs(ms: number): string {
  return ms >= 1 ? `${significant(ms)} ms` : `${significant(ms * 1000)} us`;
}
