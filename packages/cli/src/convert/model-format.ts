import { FileError } from '@manabi/files';
import { type FileKind, fileKinds, recognizeFile } from 'manabi';
import { UsageError } from '../usage-error.ts';

/** File formats that `convert` reads and writes. */
export type ModelFormat = 'keras' | 'h5' | 'weights.h5' | 'safetensors' | 'npz' | 'onnx';

/** Formats in the order in which file extensions are compared: `.weights.h5` first, because it also ends in `.h5`. */
const FORMATS: readonly ModelFormat[] = ['weights.h5', 'h5', 'keras', 'safetensors', 'npz', 'onnx'];

/** For each format, whether its files contain only weights, without layers. */
export const holdsOnlyWeights: { readonly [K in ModelFormat]: boolean } = {
  keras: false,
  h5: false,
  'weights.h5': true,
  safetensors: true,
  npz: true,
  onnx: false,
};

/** The format of each kind of file that is recognized by its content. */
const KINDS: { readonly [K in FileKind]?: ModelFormat } = {
  keras: 'keras',
  h5: 'h5',
  h5Weights: 'weights.h5',
  safetensors: 'safetensors',
  npz: 'npz',
  onnx: 'onnx',
};

/**
 * Returns the format of a file, from its content; if the file is damaged or missing, from its extension.
 *
 * @throws UsageError for a file in another format, which the message names
 */
export async function sourceFormat(path: string): Promise<ModelFormat> {
  const kind = await recognizeFile(path).catch((error: unknown): FileKind => {
    if (error instanceof FileError && error.code === 'notFound') return 'unknown';
    throw error;
  });
  const format = KINDS[kind] ?? FORMATS.find((end) => path.toLowerCase().endsWith(`.${end}`));
  if (format !== undefined) return format;
  const { what, advice } = fileKinds[kind];
  throw new UsageError(`Cannot convert '${path}': it is ${what}. ${advice}`);
}

/**
 * Returns the format that a file extension stands for.
 *
 * @throws UsageError for an unsupported extension
 */
export function modelFormat(path: string): ModelFormat {
  const format = FORMATS.find((end) => path.toLowerCase().endsWith(`.${end}`));
  if (format !== undefined) return format;
  throw new UsageError(
    `Unsupported file extension: '${path}'. Supported: ${FORMATS.map((end) => `.${end}`).join(', ')}.`,
  );
}
