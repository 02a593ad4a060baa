/** Outcome of a test case; `gap` is a failure that is listed as a known gap of the backend or exporter. */
export type Outcome = 'passed' | 'failed' | 'gap';

/** Number of test cases by outcome. */
type Counts = { [O in Outcome]: number };

/** Counts the outcomes of test cases by row and column of a table, and formats the table. */
export class Tally {
  readonly #title: string;
  readonly #columns: readonly string[];
  readonly #rows = new Map<string, Map<string, Counts>>();
  readonly #remarks = new Map<string, number>();

  constructor(title: string, columns: readonly string[]) {
    this.#title = title;
    this.#columns = columns;
  }

  /** Adds a test case with the given outcome to the count in a row and column of the table. */
  count(row: string, column: string, outcome: Outcome): void {
    const cells = this.#rows.get(row) ?? new Map<string, Counts>();
    this.#rows.set(row, cells);
    const counts = cells.get(column) ?? { passed: 0, failed: 0, gap: 0 };
    cells.set(column, counts);
    counts[outcome]++;
  }

  /** Adds a line below the table. A line that is added several times is printed once, with the number of times. */
  remark(line: string): void {
    this.#remarks.set(line, (this.#remarks.get(line) ?? 0) + 1);
  }

  /** Whether no test case was counted. */
  get isEmpty(): boolean {
    return this.#rows.size === 0;
  }

  /** Formats the table: one line per row, a line of sums, and one line per remark. */
  format(): string {
    const header = [this.#title, ...this.#columns];
    const lines = [...this.#rows].map(([row, cells]) => [row, ...this.#columns.map((c) => formatCounts(cells.get(c)))]);
    const sums = ['all', ...this.#columns.map((column) => formatCounts(this.#sum(column)))];
    const table = [header, ...lines, sums];
    const widths = header.map((_, i) => Math.max(...table.map((cells) => cells[i].length)));
    const remarks = [...this.#remarks].map(([line, times]) => `  ${line}${times > 1 ? ` (${times} cases)` : ''}`);
    return [
      ...table.map((cells) =>
        cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join('  '),
      ),
      ...remarks,
    ].join('\n');
  }

  #sum(column: string): Counts {
    const sum: Counts = { passed: 0, failed: 0, gap: 0 };
    for (const cells of this.#rows.values()) {
      const counts = cells.get(column);
      if (counts === undefined) continue;
      sum.passed += counts.passed;
      sum.failed += counts.failed;
      sum.gap += counts.gap;
    }
    return sum;
  }
}

function formatCounts(counts: Counts | undefined): string {
  if (counts === undefined) return '';
  const { passed, failed, gap } = counts;
  return [
    `${passed}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(gap > 0 ? [`${gap} gap${gap > 1 ? 's' : ''}`] : []),
  ].join(', ');
}
