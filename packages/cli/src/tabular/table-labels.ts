import { type HostArray, hostArray, ManabiError } from 'manabi';
import { isMissing, numberIn, type Table, type TableRow, wrongCell } from './read-table.ts';

/** A column of integers with at most this many different values contains classes. */
const MOST_CLASSES = 10;

/** Kind of prediction. */
export type TablePrediction = 'classification' | 'regression';

/**
 * Returns the classes in the column of labels, sorted; null for numbers to predict.
 *
 * @param requested kind of prediction; undefined to find it: classification for texts, and for integers with few different values
 * @throws ManabiError `data` for a row without a label, a single class, and texts for a regression
 */
export function classesOf(
  table: Table,
  label: string,
  requested: TablePrediction | undefined,
): readonly string[] | null {
  const unlabelled = table.rows.find(({ cells }) => isMissing(cells[label]));
  if (unlabelled !== undefined)
    throw wrongCell(table, unlabelled, label, 'has no value. Remove the row, or add the label');
  const values = [...new Set(table.rows.map(({ cells }) => className(cells[label])))];
  const numbers = values.map(numberIn);
  const areNumbers = numbers.every((value) => value !== null);
  const areClasses = !areNumbers || (numbers.every(Number.isInteger) && values.length <= MOST_CLASSES);
  if (requested === 'regression' || (requested === undefined && !areClasses)) {
    const wrong = table.rows.find(({ cells }) => numberIn(cells[label]) === null);
    if (wrong === undefined) return null;
    throw wrongCell(table, wrong, label, `contains '${wrong.cells[label]}'; a regression predicts numbers`);
  }
  if (values.length === 1) {
    throw new ManabiError(
      'data',
      `${table.source}: column '${label}' contains only '${values[0]}'. There is nothing to predict.`,
      { data: { source: table.source, column: label } },
    );
  }
  return areNumbers ? values.sort((a, b) => Number(a) - Number(b)) : values.sort();
}

/**
 * Returns class indices, int32 `[rows, 1]`, or the numbers to predict, float32 `[rows, 1]`.
 *
 * @throws ManabiError `data` for a row without a label, or with another one than the classes
 */
export function labelsOfRows(
  table: Table,
  rows: readonly TableRow[],
  label: string,
  classNames: readonly string[] | null,
): HostArray {
  const values = rows.map((row) => {
    const cell = row.cells[label].trim();
    const value = classNames === null ? numberIn(cell) : indexIn(classNames, cell);
    if (value !== null && (classNames === null || value >= 0)) return value;
    const expected = classNames === null ? 'a number' : `one of the classes ${classNames.join(', ')}`;
    throw wrongCell(table, row, label, `contains '${cell}'; expected ${expected}`);
  });
  return classNames === null
    ? hostArray('float32', [rows.length, 1], Float32Array.from(values))
    : hostArray('int32', [rows.length, 1], Int32Array.from(values));
}

/** Returns the index of the class in a cell, or -1. */
function indexIn(classNames: readonly string[], cell: string): number {
  const index = classNames.indexOf(cell);
  return index >= 0 ? index : classNames.indexOf(className(cell));
}

/** Returns the name of the class in a cell; 5 and 5.0 are one class. */
function className(cell: string): string {
  return String(numberIn(cell) ?? cell.trim());
}
