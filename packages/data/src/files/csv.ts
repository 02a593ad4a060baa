import {
  anyOf,
  boolean,
  type KindsOf,
  kind,
  listOf,
  ManabiError,
  oneOf,
  optional,
  readOptions,
  recordOf,
  text,
} from '@manabi/errors';
import type { Dataset } from '../dataset.ts';
import type { CsvOptions, CsvRow, CsvValue } from './csv-options.ts';
import { type FileSources, fileDataset, listOfFiles, sourceKinds } from './sources.ts';

const kinds = {
  ...sourceKinds,
  header: optional(boolean, true),
  columnNames: optional(listOf(text)),
  types: optional(recordOf(oneOf('number', 'string', 'boolean', 'int32')), {}),
  select: optional(listOf(text)),
  labelName: optional(text),
  separator: optional(
    kind(
      'one character other than quotes and line ends',
      (given): given is string => typeof given === 'string' && /^[^"\r\n]$/.test(given),
    ),
    ',',
  ),
  missingValues: optional(listOf(text), ['']),
  defaults: optional(
    recordOf(
      anyOf(
        kind('a number', (given): given is number => typeof given === 'number'),
        text,
        boolean,
      ),
    ),
    {},
  ),
} satisfies KindsOf<CsvOptions>;

/**
 * Creates a dataset of the rows of CSV files (RFC 4180, UTF-8): objects with a value for each column. Files are read as rows are
 * requested, so they may be larger than memory; gzip files are decompressed. The type `Row` is not checked.
 *
 * @param files path, URL or Blob, or an array of files with the same columns
 * @throws ManabiError (while iterating) `data` with `source`, `line` and `column` for invalid CSV, a row with another number of
 * fields, a value that does not have the type of its column, or a missing value; `argument` for names of columns that do not
 * exist; FileError if a file cannot be read
 * @example
 * ```ts
 * import { fromCsv } from '@manabi/data/files';
 *
 * const file = new Blob(['age,city,income\n31,Oslo,2.5\n42,"Paris, 5e",\n']);
 * const rows = fromCsv<{ age: number; city: string; income: number }>(file, { defaults: { income: 0 } });
 * console.log((await rows.toArray())[1]); // { age: 42, city: 'Paris, 5e', income: 0 }
 * ```
 */
export function fromCsv<Row = CsvRow>(
  files: FileSources,
  options: CsvOptions & { readonly labelName: string },
): Dataset<[features: Row, label: CsvValue]>;
export function fromCsv<Row = CsvRow>(files: FileSources, options?: CsvOptions): Dataset<Row>;
export function fromCsv(files: FileSources, options: CsvOptions = {}): Dataset<unknown> {
  const op = 'fromCsv';
  const list = listOfFiles(op, files);
  const { allow, headers, retries, timeout, within, ...facts } = readOptions(op, options, kinds);
  const { select, labelName } = facts;
  if (select !== undefined && labelName !== undefined && select.includes(labelName)) {
    throw new ManabiError(
      'argument',
      `\`select\` must not contain the column '${labelName}' of \`labelName\`, which is added to each element.`,
      { op, data: { name: 'select', column: labelName } },
    );
  }
  return fileDataset(op, async () =>
    (await import('./csv-rows.ts')).csvRows(list, facts, { allow, headers, retries, timeout, within }),
  );
}
