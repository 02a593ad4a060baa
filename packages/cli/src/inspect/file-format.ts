import { basename, join } from 'node:path';
import { FileError, listFolder } from '@manabi/files';
import { type FileKind, fileKinds, recognizeFile } from 'manabi';

/** File formats that `inspect` describes. */
export type FileFormat = 'keras' | 'h5' | 'safetensors' | 'npz' | 'npy' | 'onnx' | 'checkpoint';

/** Format of each recognized kind of file. */
const FORMATS: { readonly [K in FileKind]?: FileFormat } = {
  keras: 'keras',
  h5: 'h5',
  h5Weights: 'h5',
  safetensors: 'safetensors',
  npz: 'npz',
  npy: 'npy',
  onnx: 'onnx',
  checkpoint: 'checkpoint',
};

/** File extensions and their formats. */
const EXTENSIONS: readonly (readonly [end: string, format: FileFormat])[] = [
  ['.keras', 'keras'],
  ['.h5', 'h5'],
  ['.hdf5', 'h5'],
  ['.safetensors', 'safetensors'],
  ['.npz', 'npz'],
  ['.npy', 'npy'],
  ['.onnx', 'onnx'],
  ['.checkpoint', 'checkpoint'],
];

/** Kinds of content that a damaged file may have. The extension then selects the format, whose reader reports the damage. */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown', 'zip']);

/** Name of the latest checkpoint in a checkpoint folder. */
const LATEST = 'latest.checkpoint';

/**
 * Finds the file to describe and its format: by content, or by extension if the content is not recognized.
 *
 * @param path a file, or a checkpoint folder of `backupAndRestore`
 * @throws FileError `unsupported` for a file of another kind, naming the kind; `notFound` if the file does not exist
 */
export async function fileFormat(path: string): Promise<{ readonly file: string; readonly format: FileFormat }> {
  const names = await listFolder(path);
  if (names?.includes(LATEST)) return { file: join(path, LATEST), format: 'checkpoint' };
  const kind = await recognizeFile(path);
  const name = basename(path).toLowerCase();
  const named = EXTENSIONS.find(([end]) => name.endsWith(end))?.[1];
  const format = names === null ? FORMATS[kind] : undefined;
  // Checkpoints are safetensors files, so only their reader can distinguish the two.
  const isNamed = named === 'checkpoint' || (format === undefined && MAY_BE_DAMAGED.has(kind));
  if (named !== undefined && isNamed) return { file: path, format: named };
  if (format !== undefined) return { file: path, format };
  const { what, advice } = fileKinds[kind];
  throw new FileError('unsupported', `Cannot inspect ${path}: it is ${what}. ${advice}`, {
    data: { source: path, kind },
  });
}
