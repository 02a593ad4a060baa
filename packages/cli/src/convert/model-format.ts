import { FileError } from '@manabi/files';
import { type FileKind, fileKinds, recognizeFile } from 'manabi';
import { UsageError } from '../usage-error.ts';

/** Kinds of files that `convert` reads and writes. */
export type ModelFormat = 'keras' | 'h5' | 'weights.h5' | 'safetensors' | 'npz' | 'onnx';

/** What names end in, the longer ends first. */
const FORMATS: readonly ModelFormat[] = ['weights.h5', 'h5', 'keras', 'safetensors', 'npz', 'onnx'];

/** Whether files of a kind hold weights alone, and no layers. */
export const holdsOnlyWeights: { readonly [K in ModelFormat]: boolean } = {
  keras: false,
  h5: false,
  'weights.h5': true,
  safetensors: true,
  npz: true,
  onnx: false,
};

/** What files of a kind are converted as. */
const KINDS: { readonly [K in FileKind]?: ModelFormat } = {
  keras: 'keras',
  h5: 'h5',
  h5Weights: 'weights.h5',
  safetensors: 'safetensors',
  npz: 'npz',
  onnx: 'onnx',
};

/**
 * Finds out what a file holds: by its content, or by its name where it is damaged or missing, as its reader then says.
 *
 * @throws UsageError for other kinds, with what the file is
 */
export async function sourceFormat(path: string): Promise<ModelFormat> {
  const kind = await recognizeFile(path).catch((error: unknown): FileKind => {
    if (error instanceof FileError && error.code === 'notFound') return 'unknown';
    throw error;
  });
  const format = KINDS[kind] ?? FORMATS.find((end) => path.toLowerCase().endsWith(`.${end}`));
  if (format !== undefined) return format;
  const { what, advice } = fileKinds[kind];
  throw new UsageError(`'${path}' is ${what}, which cannot be converted. ${advice}`);
}

/** @throws UsageError if the name ends in something else */
export function modelFormat(path: string): ModelFormat {
  const format = FORMATS.find((end) => path.toLowerCase().endsWith(`.${end}`));
  if (format !== undefined) return format;
  throw new UsageError(`'${path}' ends in none of ${FORMATS.map((end) => `.${end}`).join(', ')}.`);
}
