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
  const [head, ...body] = [titles, ...rows].map((row) => row.map((cell) => cell.split('\n')));
  const widths = head.map((_, i) => Math.max(...[head, ...body].flatMap((row) => row[i].map(({ length }) => length))));
  const rule = (left: string, between: string, end: string, line: string): string =>
    `${left}${widths.map((width) => line.repeat(width + 2)).join(between)}${end}`;
  const cells = (row: readonly (readonly string[])[], bar: string): string =>
    Array.from({ length: Math.max(...row.map(({ length }) => length)) }, (_, line) => {
      const texts = widths.map((width, i) => {
        const cell = row[i][line] ?? '';
        return ` ${right.includes(i) ? cell.padStart(width) : cell.padEnd(width)} `;
      });
      return `${bar}${texts.join(bar)}${bar}`;
    }).join('\n');
  return [
    rule('┏', '┳', '┓', '━'),
    cells(head, '┃'),
    rule('┡', '╇', '┩', '━'),
    body.map((row) => cells(row, '│')).join(`\n${rule('├', '┼', '┤', '─')}\n`),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}
