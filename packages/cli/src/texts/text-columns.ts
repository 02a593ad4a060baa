import { isTable } from '../tabular/read-table.ts';
import { UsageError } from '../usage-error.ts';
import type { TextColumns } from './text-table.ts';

/**
 * Returns the columns of a CSV or TSV file that `--text` and `--label` name; null for other sources.
 *
 * @throws UsageError unless both are given for such a file, and neither for another source
 */
export function textColumns(options: {
  readonly data: string;
  readonly text?: string;
  readonly label?: string;
}): TextColumns | null {
  const { data, text, label } = options;
  if (!isTable(data)) {
    if (text === undefined && label === undefined) return null;
    throw new UsageError(`--text and --label name columns of a .csv or .tsv file; got --data ${data}. Remove them.`);
  }
  if (text !== undefined && label !== undefined) return { text, label };
  throw new UsageError(`${data} is a table. Name its columns: --text COLUMN --label COLUMN.`);
}
