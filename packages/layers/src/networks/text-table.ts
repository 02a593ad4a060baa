/**
 * Formats a table with horizontal lines, for a monospaced font. Cells may have several lines.
 *
 * @param right indices of right-aligned columns
 */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const lines = rows.map((row) => row.map((cell) => cell.split('\n')));
  const widths = titles.map((title, i) =>
    Math.max(title.length, ...lines.flatMap((row) => row[i].map(({ length }) => length))),
  );
  const rule = (left: string, between: string, end: string, line: string): string =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(between)}${end}`;
  const cells = (row: readonly string[], bar: string): string =>
    `${bar}${row.map((cell, i) => ` ${right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])} `).join(bar)}${bar}`;
  const tall = (row: readonly (readonly string[])[]): string =>
    Array.from({ length: Math.max(...row.map(({ length }) => length)) }, (_, line) =>
      cells(
        row.map((cell) => cell[line] ?? ''),
        '│',
      ),
    ).join('\n');
  const separator = rule('├', '┼', '┤', '─');
  return [
    rule('┏', '┳', '┓', '━'),
    cells(titles, '┃'),
    rule('┡', '╇', '┩', '━'),
    lines.map(tall).join(`\n${separator}\n`),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}
