import { type KindsOf, listOf, optional, readArgument, readOptions, signal as signalKind, text } from '@manabi/errors';
import { type FileSource, nameOf, openRandomAccess, readBytes } from '@manabi/files';
import type { HostArray } from '@manabi/ir';
import { Dataset } from '../dataset.ts';
import { tableStage } from '../host-rows.ts';
import { tableOf } from '../rows.ts';
import { type SourceOptions, sourceKind, sourceKinds } from './sources.ts';

/** Options of `fromNpz` and `fromNpy`. */
export interface NpzSliceOptions extends SourceOptions {
  /** Names of the arrays to read (default: all). For `fromNpz` only. */
  readonly arrays?: readonly string[];
  /** Signal that aborts the reading with a FileError `aborted`. */
  readonly signal?: AbortSignal;
}

const npyKinds = { ...sourceKinds, signal: optional(signalKind) };
const npzKinds = { ...npyKinds, arrays: optional(listOf(text)) } satisfies KindsOf<NpzSliceOptions>;

/**
 * Reads arrays of an `.npz` archive of NumPy, and creates a dataset of their rows: element `i` consists of row `i` of each array,
 * by name. All arrays must have the same number of rows; select some with `arrays`.
 *
 * @throws FileError for an archive that cannot be read; ManabiError `argument` for an unknown name, `shape` for arrays with
 * different numbers of rows
 * @example
 * ```ts no-run
 * import { fromNpz } from '@manabi/data/files';
 *
 * const train = await fromNpz('mnist.npz', { arrays: ['x_train', 'y_train'] });
 * for await (const { x_train } of train.batch(32)) console.log(x_train.shape);
 * ```
 */
export async function fromNpz(
  file: FileSource,
  options: NpzSliceOptions = {},
): Promise<Dataset<Readonly<Record<string, HostArray>>>> {
  const op = 'fromNpz';
  readArgument(op, 'file', file, sourceKind);
  const { arrays, ...known } = readOptions(op, options, npzKinds);
  const access = await openRandomAccess(file, known);
  try {
    const { openNpzArchive } = await import('../numpy/npz-archive.ts');
    const archive = await openNpzArchive(access);
    const columns: [string, HostArray][] = [];
    for (const name of arrays ?? archive.names) columns.push([name, await archive.read(name)]);
    return new Dataset(tableStage(tableOf<Readonly<Record<string, HostArray>>>(Object.fromEntries(columns), op), op));
  } finally {
    await access.close();
  }
}

/**
 * Reads an `.npy` file of NumPy, and creates a dataset of the rows of its array.
 *
 * @throws FileError for a file that cannot be read; ManabiError `shape` for a scalar
 * @example
 * ```ts
 * import { fromNpy } from '@manabi/data/files';
 * import { encodeNpy, tensor } from 'manabi';
 *
 * const file = new Blob([await encodeNpy(tensor([[1, 2], [3, 4], [5, 6]]))]);
 * const rows = await fromNpy(file);
 * console.log((await rows.toArray()).map(({ data }) => [...data])); // [[1, 2], [3, 4], [5, 6]]
 * ```
 */
export async function fromNpy(
  file: FileSource,
  options: Omit<NpzSliceOptions, 'arrays'> = {},
): Promise<Dataset<HostArray>> {
  const op = 'fromNpy';
  readArgument(op, 'file', file, sourceKind);
  const bytes = await readBytes(file, readOptions(op, options, npyKinds));
  const { decodeNpy } = await import('../numpy/decode-npy.ts');
  return new Dataset(tableStage(tableOf<HostArray>(decodeNpy(bytes, { source: nameOf(file), array: '' }), op), op));
}
