import { ManabiError, readArgument } from '@manabi/errors';
import { type Exportable, exportableKind } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { writeWhole, writeWithExternalData } from './external-data.ts';
import { modelOf } from './model.ts';
import { type ExportOptions, settingsOf } from './options.ts';
import { MOST_BYTES, storedBytes } from './stored-bytes.ts';

/**
 * Writes a model, or a function made `exportable`, as an ONNX file, with its present parameters.
 *
 * The file takes batches of any size, and any length of other open axes: the computation is traced at three sizes, 5, 7 and
 * 11 for the batch, and what differs is fitted as a polynomial that is linear in each open length, with whole coefficients.
 * Inputs, outputs and parameters keep their names.
 *
 * @param destination path or `file:` URL; the file is written atomically. Without one the bytes are returned
 * @throws ManabiError `graph` where something in the computation depends on the batch size in another way, or has no
 * counterpart in ONNX; `argument` for options that nobody knows; `dtype` where ONNX Runtime has no kernel for an element
 * type. FileError as `writeFileAtomic`
 * @example
 * ```ts
 * await exportOnnx(model, 'digits.onnx', { classLabels: ['0', '1', '2'] });
 * const bytes = await exportOnnx(model);
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
  const isPlace = typeof destination === 'string' || destination instanceof URL;
  const settings = settingsOf((isPlace ? options : (destination ?? options)) ?? {});
  const model = modelOf(await exportable.exportPrograms(), settings);
  const isExternal = settings.externalData ?? storedBytes(model) > MOST_BYTES;
  if (isExternal && !isPlace) throw noPlace(settings.externalData === true, storedBytes(model));
  if (!isPlace) return encode('ModelProto', model);
  if (isExternal) await writeWithExternalData(model, destination);
  else await writeWhole(model, destination);
  return undefined;
}

function noPlace(isAsked: boolean, bytes: number): ManabiError {
  return new ManabiError(
    'argument',
    isAsked
      ? 'externalData puts the parameters into a file beside the model, which needs a place: give a path.'
      : `The parameters have ${bytes} bytes, and an ONNX file may have 2 GB. Give a path: then they go into a file beside it.`,
    { op: 'exportOnnx', data: { bytes } },
  );
}
