import {
  count,
  type KindsOf,
  listOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  readOptions,
  recordOf,
} from '@manabi/errors';
import type { Dataset } from '../dataset.ts';
import { type FileSources, fileDataset, listOfFiles, sourceKinds } from './sources.ts';
import type { FeatureSpec, FeatureValues, TfRecordOptions } from './tf-record-options.ts';

const spec = objectOf({
  dtype: oneOf('float32', 'int32', 'string', 'bytes'),
  shape: optional(listOf(nullable(count)), []),
} satisfies KindsOf<FeatureSpec>);

const kinds = { ...sourceKinds, features: optional(recordOf(spec)) } satisfies KindsOf<TfRecordOptions>;

/**
 * Creates a dataset of the records in TFRecord files, whose checksums are verified. With `features`, each record is read as a
 * `tf.train.Example`; otherwise, elements are the bytes of records. Files are read as records are requested, so they may be
 * larger than memory; files compressed with gzip are decompressed. The type `Element` is not checked.
 *
 * @param files path, URL or Blob, or an array of them
 * @throws ManabiError (while iterating) `data` with `source` and `record` for a record with a wrong checksum, a truncated file, or a
 * feature that is missing or has other values; FileError if a file cannot be read
 * @example
 * ```ts no-run
 * import { fromTfRecord } from '@manabi/data/files';
 * import { type HostArray } from 'manabi';
 *
 * const flowers = fromTfRecord<{ image: Uint8Array; label: HostArray }>('flowers.tfrecord', {
 *   features: { image: { dtype: 'bytes' }, label: { dtype: 'int32' } },
 * });
 * ```
 */
export function fromTfRecord<Element = Readonly<Record<string, FeatureValues>>>(
  files: FileSources,
  options: TfRecordOptions & { readonly features: Readonly<Record<string, FeatureSpec>> },
): Dataset<Element>;
export function fromTfRecord(files: FileSources, options?: TfRecordOptions): Dataset<Uint8Array>;
export function fromTfRecord(files: FileSources, options: TfRecordOptions = {}): Dataset<unknown> {
  const op = 'fromTfRecord';
  const list = listOfFiles(op, files);
  const known = readOptions(op, options, kinds);
  return fileDataset(op, async () => (await import('./tf-records.ts')).tfRecords(list, known));
}
