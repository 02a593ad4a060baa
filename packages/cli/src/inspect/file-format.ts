import { basename } from 'node:path';
import { FileError, fileSize, readBytes } from '@manabi/files';

/** The kinds of files that `inspect` knows. */
export type FileFormat = 'keras' | 'h5' | 'safetensors' | 'npz' | 'npy' | 'onnx' | 'checkpoint';

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

/** What files begin with. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], format: FileFormat])[] = [
  [[0x89, 0x48, 0x44, 0x46], 'h5'],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'npy'],
];

/**
 * What kind of file a path leads to: by its name, else by what it begins with.
 *
 * @throws FileError `unsupported` for anything else, `notFound` if there is nothing
 */
export async function fileFormat(path: string): Promise<FileFormat> {
  const name = basename(path).toLowerCase();
  const known = EXTENSIONS.find(([end]) => name.endsWith(end));
  if (known !== undefined) return known[1];
  const size = await fileSize(path);
  const start = await readBytes(path, { range: { start: 0, end: Math.min(8, size) } });
  const signed = SIGNATURES.find(([bytes]) => bytes.every((byte, i) => start[i] === byte));
  if (signed !== undefined) return signed[1];
  const ends = EXTENSIONS.map(([end]) => end).join(', ');
  throw new FileError('unsupported', `${path} is no file of a model that is known here: their names end in ${ends}.`, {
    data: { source: path },
  });
}
