import type { AccuracyRow, PairRow } from './rows.ts';

/** Largest measured errors of a function, in units in the last place. */
export interface Found {
  /**
   * Stride of the sweep over all float32 numbers; null for functions of two operands, which are tested on random pairs.
   */
  readonly stride: number | null;
  readonly float32: number;
  /**
   * Largest float64 error; null for functions that are not measured in float64, because the processor computes them.
   */
  readonly float64: number | null;
}

/** Measured errors by function. */
export type Measured = Readonly<Record<string, Found>>;

/** Formats the table of NUMERICS.md: the guaranteed bound and the largest measured error of each function. */
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
