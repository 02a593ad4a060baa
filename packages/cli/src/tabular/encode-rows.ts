import { type HostArray, hostArray } from 'manabi';
import type { TableColumn } from '../task/table-columns.ts';
import { notNumber } from './find-columns.ts';
import { isMissing, numberIn, type Table, type TableRow, wrongCell } from './read-table.ts';

/** Returns the number of inputs that a network has for columns. */
export function widthOf(columns: readonly TableColumn[]): number {
  return columns.reduce((sum, column) => sum + inputsOf(column), 0);
}

function inputsOf(column: TableColumn): number {
  if (column.kind === 'category') return column.values.length;
  return column.hasMissing ? 2 : 1;
}

/**
 * Encodes rows as the inputs of a network: numbers scaled to mean 0 and standard deviation 1, with another input that is 1 for
 * missing ones; texts as one-hot vectors.
 *
 * @param unknown receives a description of each text that the training data did not contain; its vector is 0
 * @returns float32 `[rows, inputs]`
 * @throws ManabiError `data` for a text in a column of numbers, with the row
 */
export function encodeRows(
  table: Table,
  rows: readonly TableRow[],
  columns: readonly TableColumn[],
  unknown: (description: string) => void,
): HostArray {
  const width = widthOf(columns);
  const inputs = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    let at = i * width;
    for (const column of columns) {
      const cell = row.cells[column.name];
      if (column.kind === 'number') {
        const value = isMissing(cell) ? column.mean : numberIn(cell);
        if (value === null) throw wrongCell(table, row, column.name, notNumber(cell));
        inputs[at] = (value - column.mean) / column.deviation;
        if (column.hasMissing) inputs[at + 1] = isMissing(cell) ? 1 : 0;
      } else {
        const category = isMissing(cell) ? '' : cell.trim();
        const index = column.values.indexOf(category);
        if (index >= 0) inputs[at + index] = 1;
        else if (category !== '') unknown(`row ${row.number}: column '${column.name}' contains '${category}'`);
      }
      at += inputsOf(column);
    }
  });
  return hostArray('float32', [rows.length, width], inputs);
}
