/**
 * Formats a table with horizontal lines, for a monospaced font.
 *
 * @param right indices of right-aligned columns
 */
export function textTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const rule = (left: string, between: string, end: string, line: string): string =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(between)}${end}`;
  const cells = (row: readonly string[], bar: string): string =>
    `${bar}${row.map((cell, i) => ` ${right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])} `).join(bar)}${bar}`;
  const separator = rule('├', '┼', '┤', '─');
  return [
    rule('┏', '┳', '┓', '━'),
    cells(titles, '┃'),
    rule('┡', '╇', '┩', '━'),
    rows.map((row) => cells(row, '│')).join(`\n${separator}\n`),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}
