import type { HostArray, Model } from 'manabi';
import type { TableTask } from '../task/model-task.ts';
import { encodeRows } from './encode-rows.ts';
import { checkColumns, readTable, type Table } from './read-table.ts';
import { labelsOfRows } from './table-labels.ts';
import { predictTable } from './train-table.ts';

/** Texts of a table that the training data did not contain, at most this many are listed. */
const MOST_NOTES = 10;

/** Outputs of a network for the rows of a table. */
export interface TableOutputs {
  readonly table: Table;
  /** float32 `[rows, outputs]`. */
  readonly outputs: HostArray;
}

/**
 * Computes the outputs of a network for the rows of a CSV or TSV file.
 *
 * @param note receives descriptions of texts that the training data did not contain
 * @throws ManabiError `data` for missing columns, and for a text in a column of numbers
 */
export async function applyToTable(
  model: Model,
  task: TableTask,
  source: string,
  note: (text: string) => void,
): Promise<TableOutputs> {
  const table = await readTable(source);
  checkColumns(
    table,
    task.columns.map(({ name }) => name),
  );
  const unknown: string[] = [];
  const x = encodeRows(table, table.rows, task.columns, (description) => unknown.push(description));
  if (unknown.length > 0) {
    const more = unknown.length > MOST_NOTES ? `\n… and ${unknown.length - MOST_NOTES} more` : '';
    note(`${source}: texts that the training data did not contain:\n${unknown.slice(0, MOST_NOTES).join('\n')}${more}`);
  }
  return { table, outputs: await predictTable(model, x) };
}

/**
 * Returns the labels in a table, as the network predicts them.
 *
 * @throws ManabiError `data` without a column of labels, and for a row with another class or no number
 */
export function labelsInTable(table: Table, { label, classNames }: TableTask): HostArray {
  checkColumns(table, [label]);
  return labelsOfRows(table, table.rows, label, classNames);
}
