import { type Exportable, ManabiError } from '@manabi/core';
import { type KindsOf, optional, readArgument, readOptions, signal as signalKind } from '@manabi/errors';
import { listFolder, makeFolder, writeFileAtomic } from '@manabi/files';
import { exportableKind } from '@manabi/ir';

/** Options of `exportSavedModel`. */
export interface ExportSavedModelOptions {
  /** Signal that stops the export. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signalKind) } satisfies KindsOf<ExportSavedModelOptions>;

const FILE = 'saved_model.pb';

/**
 * Exports a model, or a function made `exportable`, as a SavedModel of TensorFlow with the signature `serving_default`, which
 * accepts any batch size. TensorFlow loads it with `tf.saved_model.load(path).signatures['serving_default']`, and TensorFlow
 * Serving serves it. The weights are constants of the graph, so TensorFlow cannot train it further. Inputs and outputs keep their
 * names.
 *
 * @param path path or `file:` URL of the folder, which is created; without it, the bytes of its only file, `saved_model.pb`, are
 * returned
 * @throws ManabiError `graph` for operators that TensorFlow lacks, and computations that depend on the batch size in a way other
 * than lengths that are linear in it; `argument` for an input length other than the batch size that is null, and for a folder
 * that contains other files
 * @throws FileError the codes of `writeFileAtomic`
 * @example
 * ```ts node-only
 * import { exportSavedModel, layers, openSavedModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
 * await exportSavedModel(model, 'exported');
 * const result = (await openSavedModel('exported')).signatures.serving_default.outputs;
 * console.log(result); // { scores: { dtype: 'float32', shape: [null, 2] } }
 * ```
 */
export async function exportSavedModel(
  exportable: Exportable,
  path: string | URL,
  options?: ExportSavedModelOptions,
): Promise<undefined>;
export async function exportSavedModel(exportable: Exportable): Promise<Uint8Array<ArrayBuffer>>;
export async function exportSavedModel(
  exportable: Exportable,
  path?: string | URL,
  options: ExportSavedModelOptions = {},
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  readArgument('exportSavedModel', 'exportable', exportable, exportableKind);
  const { signal } = readOptions('exportSavedModel', options, kinds);
  const others = path === undefined ? [] : ((await listFolder(path)) ?? []).filter((name) => name !== FILE);
  if (path !== undefined && others.length > 0) throw notEmpty(String(path), others);
  const { savedModelOf } = await import('./encode-program.ts');
  const bytes = savedModelOf(await exportable.exportPrograms());
  if (path === undefined) return bytes;
  const folder = String(path).replace(/\/+$/, '');
  await makeFolder(folder);
  const file = folder.startsWith('file:') ? new URL(`${folder}/${FILE}`) : `${folder}/${FILE}`;
  await writeFileAtomic(file, bytes, { signal });
  return undefined;
}

function notEmpty(path: string, others: readonly string[]): ManabiError {
  return new ManabiError(
    'argument',
    `The folder '${path}' contains other files: ${others.slice(0, 5).join(', ')}. Pass the path of a new folder.`,
    { op: 'exportSavedModel', data: { path, files: others } },
  );
}
