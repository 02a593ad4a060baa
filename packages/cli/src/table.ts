/** Title and alignment of a column. */
export interface Column {
  readonly title: string;
  /** Alignment of the cells; left by default. */
  readonly align?: 'left' | 'right';
}

/** Formats a table as text: titles, then rows, with each column as wide as its longest cell. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i].align === 'right' ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join('\n');
}
