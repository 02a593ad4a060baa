import { FileError, fileSize, readBytes } from '@manabi/files';
import { type LoadModelOptions, loadModel, type Model } from 'manabi';

/** Files with layers, which are loaded whatever they are called. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const HDF5 = [0x89, 0x48, 0x44, 0x46];
const NPY = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The length of a safetensors file's header, before it. */
const HEADER_AT = 8;

/** What a file that is no model is, and what to do with it. */
interface OtherFile {
  readonly format: 'safetensors' | 'npz' | 'npy' | 'weights.h5' | 'onnx' | 'unknown';
  readonly text: string;
}

/**
 * Loads a model of Keras; files of another kind are told by what they are.
 *
 * @throws FileError `unsupported` for files of another kind, with the kind as `format` and what to do; else as `loadModel`
 * @example `const model = await loadModelFile('digits.keras', { compile: false });`
 */
export async function loadModelFile(path: string, options: LoadModelOptions): Promise<Model> {
  const other = /^https?:/i.test(path) ? null : await otherFile(path);
  if (other === null) return loadModel(path, options);
  throw new FileError('unsupported', `${path} ${other.text}`, { data: { source: path, format: other.format } });
}

async function otherFile(path: string): Promise<OtherFile | null> {
  const name = path.toLowerCase();
  const size = await fileSize(path);
  const start = await readBytes(path, { range: { start: 0, end: Math.min(HEADER_AT + 1, size) } });
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => start[i] === byte);
  if (begins(HDF5)) return name.endsWith('.weights.h5') ? weightsAlone(path, 'weights.h5', 'a file') : null;
  if (begins(ZIP)) return name.endsWith('.npz') ? weightsAlone(path, 'npz', 'an archive of NumPy') : null;
  if (begins(NPY)) return { format: 'npy', text: 'is an array of NumPy, not a model: inspect tells what it holds.' };
  if (isSafetensors(start, size)) return weightsAlone(path, 'safetensors', 'a safetensors file');
  if (name.endsWith('.onnx')) {
    return {
      format: 'onnx',
      text: 'is named as an ONNX file, which evaluate and predict run; here the .keras or .h5 file is needed that it was made from.',
    };
  }
  // What is called a model and begins otherwise is damaged, as its reader tells.
  if (/\.(keras|h5|hdf5)$/.test(name)) return null;
  return { format: 'unknown', text: 'is no model file: a .keras or .h5 file, as train or Keras saves, is needed.' };
}

function weightsAlone(path: string, format: OtherFile['format'], what: string): OtherFile {
  return {
    format,
    text:
      `is ${what} of weights alone, without the layers that they belong to. Put them into a model first:\n` +
      `  manabi convert ${path} whole.keras --model layers.keras`,
  };
}

/** Whether the length of a header fits in the file, and the header begins as JSON does. */
function isSafetensors(start: Uint8Array, size: number): boolean {
  if (start.length <= HEADER_AT || start[HEADER_AT] !== 0x7b) return false;
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  return length <= BigInt(size - HEADER_AT);
}
