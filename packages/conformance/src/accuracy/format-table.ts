import type { AccuracyRow, PairRow } from './rows.ts';

/** The largest errors of a function that were found. */
export interface Found {
  /** Every which float32 number was tried; null for pairs, which are random. */
  readonly stride: number | null;
  readonly float32: number;
  /** Null where nothing was tried, because the processor computes it. */
  readonly float64: number | null;
}

/** What was found, by function. */
export type Measured = Readonly<Record<string, Found>>;

/** The table of NUMERICS.md: for each function the bound that is promised, and the largest error that was found. */
export function formatTable(rows: readonly (AccuracyRow | PairRow)[], measured: Measured): string {
  const cells = rows.map(({ name, float32, float64, note = '', floor }) => {
    const found = measured[name];
    const notes = [note, floor === undefined ? '' : `errors below ${floor} · 2⁻¹⁴⁹ do not count`];
    return [
      `\`${name}\``,
      cell(float32, found?.float32),
      triedOf(found),
      cell(float64, found?.float64),
      notes.filter((each) => each !== '').join('; '),
    ];
  });
  const header = ['function', 'float32', 'tried', 'float64', ''];
  const widths = header.map((title, column) => Math.max(3, title.length, ...cells.map((line) => line[column].length)));
  const lines = [header, widths.map((width) => '-'.repeat(width)), ...cells];
  return lines.map((line) => `| ${line.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`).join('\n');
}

function cell(bound: number, error: number | null | undefined): string {
  return error === null || error === undefined ? `${bound}` : `${bound} (${error.toFixed(2)})`;
}

function triedOf(found: Found | undefined): string {
  if (found === undefined) return '';
  const { stride } = found;
  return stride === null ? 'random pairs' : stride === 1 ? 'all' : `1 of ${stride}`;
}
