import type { TableColumn } from '../task/table-columns.ts';
import { isMissing, numberIn, type Table, type TableRow, wrongCell } from './read-table.ts';

/** A column with texts is expected to be numbers, with an error in it, from this fraction of numbers. */
const MOSTLY = 0.9;

/** A column with more different texts than this identifies rows if more than half of its texts differ. */
const MOST_CATEGORIES = 50;

/** Columns to predict from, and descriptions of those that are ignored. */
export interface FoundColumns {
  readonly columns: readonly TableColumn[];
  readonly ignored: readonly string[];
}

/**
 * Finds the kinds of columns, and the values by which they are scaled, in the rows for training.
 *
 * @throws ManabiError `data` for a text in a column of numbers, with the row
 */
export function findColumns(table: Table, rows: readonly TableRow[], label: string): FoundColumns {
  const columns: TableColumn[] = [];
  const ignored: string[] = [];
  for (const name of table.columns) {
    if (name === label) continue;
    const present = rows.filter(({ cells }) => !isMissing(cells[name]));
    const hasMissing = present.length < rows.length;
    const numbers = present.flatMap(({ cells }) => numberIn(cells[name]) ?? []);
    const values = [...new Set(present.map(({ cells }) => cells[name].trim()))].sort();
    if (present.length === 0) {
      ignored.push(`'${name}' (no values)`);
    } else if (numbers.length === present.length) {
      columns.push({ name, kind: 'number', ...momentsOf(numbers), hasMissing });
    } else if (numbers.length > MOSTLY * present.length) {
      const wrong = present.find(({ cells }) => numberIn(cells[name]) === null);
      if (wrong !== undefined) throw wrongCell(table, wrong, name, notNumber(wrong.cells[name]));
    } else if (values.length > MOST_CATEGORIES && values.length > present.length / 2) {
      ignored.push(`'${name}' (${values.length} different texts)`);
    } else {
      columns.push({ name, kind: 'category', values: hasMissing ? ['', ...values] : values });
    }
  }
  return { columns, ignored };
}

/** Returns the predicate of a message about a cell that should contain a number. */
export function notNumber(cell: string): string {
  return `contains ${JSON.stringify(cell.slice(0, 100))}, which is not a finite number, unlike most of its values`;
}

/** Returns the mean and the standard deviation of numbers; the deviation of equal numbers is replaced by 1. */
export function momentsOf(numbers: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = numbers.reduce((sum, value) => sum + value / numbers.length, 0);
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2 / numbers.length, 0);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
