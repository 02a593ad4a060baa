import { basename, join } from 'node:path';
import { FileError, listFolder } from '@manabi/files';
import { type FileKind, fileKinds, recognizeFile } from 'manabi';

/** The kinds of files that `inspect` reports on. */
export type FileFormat = 'keras' | 'h5' | 'safetensors' | 'npz' | 'npy' | 'onnx' | 'checkpoint';

/** What files of a kind are reported as. */
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

/** What names end in. */
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

/** Kinds of files that may be damaged ones of the kind that their name says: its reader tells what is wrong. */
const MAY_BE_DAMAGED: ReadonlySet<FileKind> = new Set(['empty', 'text', 'unknown', 'zip']);

/** The file in a folder of checkpoints. */
const LATEST = 'latest.checkpoint';

/**
 * Finds the file to report on, and what kind it is, by its content; for what has none that is known, by its name.
 *
 * @param path a file, or a folder that `backupAndRestore` keeps a checkpoint in
 * @throws FileError `unsupported` for anything else, with what it is; `notFound` if there is nothing
 */
export async function fileFormat(path: string): Promise<{ readonly file: string; readonly format: FileFormat }> {
  const names = await listFolder(path);
  if (names?.includes(LATEST)) return { file: join(path, LATEST), format: 'checkpoint' };
  const kind = await recognizeFile(path);
  const name = basename(path).toLowerCase();
  const named = EXTENSIONS.find(([end]) => name.endsWith(end))?.[1];
  const format = names === null ? FORMATS[kind] : undefined;
  // Checkpoints are safetensors files, so that only their reader sees that one is none.
  const isNamed = named === 'checkpoint' || (format === undefined && MAY_BE_DAMAGED.has(kind));
  if (named !== undefined && isNamed) return { file: path, format: named };
  if (format !== undefined) return { file: path, format };
  const { what, advice } = fileKinds[kind];
  throw new FileError('unsupported', `${path} is ${what}, which inspect cannot read. ${advice}`, {
    data: { source: path, kind },
  });
}
