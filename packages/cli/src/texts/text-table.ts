import { heldOut } from '../folders/held-out.ts';
import { checkColumns, readTable, wrongCell } from '../tabular/read-table.ts';
import { classesOf, labelsOfRows } from '../tabular/table-labels.ts';
import type { LabelledText, TextData } from './labelled-texts.ts';

/** Columns of a table that contain texts and their classes. */
export interface TextColumns {
  readonly text: string;
  readonly label: string;
}

/**
 * Reads the texts of a CSV or TSV file, and holds out a fifth for the test.
 *
 * @throws ManabiError `data` for missing columns, and rows without a text or a class
 */
export async function readTextTable(source: string, columns: TextColumns, seed: number): Promise<TextData> {
  const { texts, classNames } = await labelledTexts(source, columns, null);
  return { classNames, validation: null, ...(await heldOut(source, texts, 'texts', seed)) };
}

/**
 * Reads the texts of a CSV or TSV file to evaluate a network with.
 *
 * @param classNames classes of the network
 * @throws ManabiError `data` for a class that the network does not have; as `readTextTable`
 */
export async function readTestTable(
  source: string,
  columns: TextColumns,
  classNames: readonly string[],
): Promise<readonly LabelledText[]> {
  return (await labelledTexts(source, columns, classNames)).texts;
}

/** Reads the texts in a column of a CSV or TSV file, with names for messages. */
export async function readTextColumn(
  source: string,
  column: string,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const table = await readTable(source);
  checkColumns(table, [column]);
  return table.rows.map(({ number, cells }) => ({ name: `${source}:${number}`, text: cells[column] }));
}

async function labelledTexts(
  source: string,
  { text, label }: TextColumns,
  known: readonly string[] | null,
): Promise<{ readonly texts: readonly LabelledText[]; readonly classNames: readonly string[] }> {
  const table = await readTable(source);
  checkColumns(table, [text, label]);
  const empty = table.rows.find(({ cells }) => cells[text].trim() === '');
  if (empty !== undefined) throw wrongCell(table, empty, text, 'contains no text. Remove the row');
  const classNames = known ?? classesOf(table, label, 'classification') ?? [];
  const labels = labelsOfRows(table, table.rows, label, classNames);
  const texts = table.rows.map(({ cells }, i) => ({ text: cells[text], label: Number(labels.data[i]) }));
  return { texts, classNames };
}
