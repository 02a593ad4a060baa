import { writeFileAtomic } from '@manabi/files';
import type { Exportable } from '@manabi/ir';
import { encode } from '../proto/encode.ts';
import { modelOf } from './model.ts';
import { type ExportOptions, settingsOf } from './options.ts';

/**
 * Writes a model, or a function made `exportable`, as an ONNX file, with its present parameters.
 *
 * The file takes batches of any size: the computation is traced at sizes 5 and 7, what differs is fitted as a multiple of
 * the size plus a constant, and checked at 11. Inputs, outputs and parameters keep their names.
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
  const isPlace = typeof destination === 'string' || destination instanceof URL;
  const settings = settingsOf((isPlace ? options : destination) ?? {});
  const bytes = encode('ModelProto', modelOf(await exportable.exportPrograms(), settings));
  if (!isPlace) return bytes;
  await writeFileAtomic(destination, bytes);
  return undefined;
}
