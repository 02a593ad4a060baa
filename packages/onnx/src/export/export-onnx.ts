import { ManabiError, readArgument } from '@manabi/errors';
import { type Exportable, exportableKind } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { writeWhole, writeWithExternalData } from './external-data.ts';
import { modelOf } from './model.ts';
import { type ExportOptions, settingsOf } from './options.ts';
import { MOST_BYTES, storedBytes } from './stored-bytes.ts';

/**
 * Exports a model, or a function made `exportable`, to ONNX, with its current parameters.
 *
 * The file accepts any batch size, and any length of other axes of unspecified length, such as time steps or the height of
 * an image, that the model accepts. To find how its numbers depend on these lengths, the computation is traced at three
 * values of each length (5, 7 and 12 for the batch size). Numbers that differ must be linear in each length, with integer
 * coefficients; lengths after convolution and pooling are read at run time. Inputs, outputs and parameters keep their names.
 *
 * @param destination path or `file:` URL, written atomically; without it, the bytes are returned
 * @throws ManabiError `graph` if the computation depends on the batch size in another way, or contains an operator that
 * ONNX lacks; `argument` for unknown or invalid options; `dtype` if ONNX Runtime has no kernel for a dtype. FileError
 * with the codes of `writeFileAtomic`
 * @example
 * ```ts node-only
 * import { inspectOnnx } from '@manabi/onnx';
 * import { exportOnnx, layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
 * await exportOnnx(model, 'scores.onnx', { classLabels: ['cat', 'dog'] });
 * const bytes = await exportOnnx(model); // without a path: the bytes of the file
 * console.log(inspectOnnx(bytes).operators); // { Gemm: 1 }
 * ```
 */
export async function exportOnnx(
  exportable: Exportable,
  destination: string | URL,
  options?: ExportOptions,
): Promise<undefined>;
export async function exportOnnx(exportable: Exportable, options?: ExportOptions): Promise<Uint8Array<ArrayBuffer>>;
export async function exportOnnx(
  exportable: Exportable,
  destination?: string | URL | ExportOptions,
  options?: ExportOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  readArgument('exportOnnx', 'exportable', exportable, exportableKind);
  const isPath = typeof destination === 'string' || destination instanceof URL;
  if (isPath) checkExtension(destination);
  const settings = settingsOf((isPath ? options : (destination ?? options)) ?? {});
  const model = modelOf(await exportable.exportPrograms(), settings);
  const isExternal = settings.externalData ?? storedBytes(model) > MOST_BYTES;
  if (isExternal && !isPath) throw pathRequired(settings.externalData === true, storedBytes(model));
  if (!isPath) return encode('ModelProto', model);
  if (isExternal) await writeWithExternalData(model, destination);
  else await writeWhole(model, destination);
  return undefined;
}

/** Matches file name extensions of other formats, with which exportOnnx rejects a path. */
const foreign = /\.(keras|h5|hdf5|safetensors|npz|npy|pb|pt|pth|json)$/i;

function checkExtension(destination: string | URL): void {
  const path = String(destination);
  const [, extension] = foreign.exec(path) ?? [];
  if (extension === undefined) return;
  throw new ManabiError(
    'argument',
    `An ONNX file must end with .onnx; got '${path}'. To save a model as .keras, call saveModel().`,
    { op: 'exportOnnx', data: { path, extension } },
  );
}

function pathRequired(isRequested: boolean, bytes: number): ManabiError {
  return new ManabiError(
    'argument',
    isRequested
      ? '`externalData: true` stores parameters in a file next to the model. Pass a path as the second argument.'
      : `The parameters have ${bytes} bytes; an ONNX file is limited to 2 GB. Pass a path to store them in a file next to the model.`,
    { op: 'exportOnnx', data: { bytes } },
  );
}
