import { basename, join } from 'node:path';
import { FileError, listFolder } from '@manabi/files';
import { type FileKind, fileKinds, recognizeFile } from 'manabi';

/** File formats that `inspect` describes. */
export type FileFormat = 'keras' | 'h5' | 'safetensors' | 'npz' | 'npy' | 'onnx' | 'checkpoint';

/** The format of each kind of file that is recognized by its content. */
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

/**
 * What the content of a damaged model file may look like. For these files, the extension selects the format, and the
 * reader of this format reports the damage.
 */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown', 'zip']);

/** File name of the latest checkpoint in the folder of `backupAndRestore`. */
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
  // A checkpoint is a safetensors file. Only `checkpointReport` can tell whether a safetensors file is a checkpoint.
  const isNamed = named === 'checkpoint' || (format === undefined && MAY_BE_DAMAGED.has(kind));
  if (named !== undefined && isNamed) return { file: path, format: named };
  if (format !== undefined) return { file: path, format };
  const { what, advice } = fileKinds[kind];
  throw new FileError('unsupported', `Cannot inspect ${path}: it is ${what}. ${advice}`, {
    data: { source: path, kind },
  });
}
