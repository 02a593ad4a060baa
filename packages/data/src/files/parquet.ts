import { type KindsOf, listOf, optional, readOptions, text } from '@manabi/errors';
import type { Dataset } from '../dataset.ts';
import type { ParquetOptions, ParquetValue } from './parquet-options.ts';
import { type FileSources, fileDataset, listOfFiles, sourceKinds } from './sources.ts';

const kinds = { ...sourceKinds, columns: optional(listOf(text)) } satisfies KindsOf<ParquetOptions>;

/**
 * Creates a dataset of the rows of Parquet files: objects with a value for each column; cells without a value are null. One row
 * group is in memory at a time, and only the bytes of the requested columns are read. The type `Row` is not checked. The reader
 * is the package `hyparquet`, which is loaded by the first iteration.
 *
 * @param files path, URL or Blob, or an array of them
 * @throws ManabiError (while iterating) `data` with `source` for a file that is not Parquet or is damaged, `argument` for a column
 * that does not exist; FileError if a file cannot be read
 * @example
 * ```ts no-run
 * import { fromParquet } from '@manabi/data/files';
 *
 * const rows = fromParquet<{ text: string; label: number }>('train.parquet', { columns: ['text', 'label'] });
 * const batches = rows.shuffle(10_000).batch(32);
 * ```
 */
export function fromParquet<Row = Readonly<Record<string, ParquetValue>>>(
  files: FileSources,
  options: ParquetOptions = {},
): Dataset<Row> {
  const op = 'fromParquet';
  const list = listOfFiles(op, files);
  const known = readOptions(op, options, kinds);
  return fileDataset(op, async () => (await import('./parquet-rows.ts')).parquetRows<Row>(list, known));
}
