import { readOptions } from '@manabi/errors';
import { FileError, isGzip, listFolder, type RandomAccess } from '@manabi/files';
import { isZipFile, openZip } from '@manabi/files/internal';
import { openHdf5 } from '../hdf5/open.ts';
import { isHdf5 } from '../hdf5/signature.ts';
import { openSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import type { FileKind } from './file-kinds.ts';
import { protobufKind } from './protobuf-kind.ts';
import { textKind } from './text-kind.ts';

/** Number of inspected bytes at the start of a file. */
const HEAD_BYTES = 1 << 16;

/** Signatures at the start of files, with the formats that they identify. */
const SIGNATURES: readonly (readonly [bytes: readonly number[], kind: FileKind])[] = [
  // "manabi" and a zero byte: the start of files written by writeProgram of @manabi/backend-cpu.
  [[0x6d, 0x61, 0x6e, 0x61, 0x62, 0x69, 0x00], 'program'],
  [[0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59], 'npy'],
  [[0x47, 0x47, 0x55, 0x46], 'gguf'],
  [[0x89, 0x50, 0x4e, 0x47], 'image'],
  [[0xff, 0xd8, 0xff], 'image'],
  [[0x47, 0x49, 0x46, 0x38], 'image'],
  // The magic number with which files of torch.save started before they became ZIP archives.
  [[0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], 'torch'],
];

/** Signatures that files contain at other positions than the start. */
const MARKS: readonly (readonly [at: number, letters: string, kind: FileKind])[] = [
  [4, 'TFL3', 'tensorFlowLite'],
  [8, 'WEBP', 'image'],
  [257, 'ustar', 'tar'],
];

/** Signature at the end of the index file of a TensorFlow checkpoint, which is a LevelDB table. */
const TABLE_END = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** Implements `recognizeFile` of the entry point, which loads this file. */
export async function recognizeFile(source: Source, options: SourceOptions = {}): Promise<FileKind> {
  readOptions('recognizeFile', options, sourceKinds);
  let file: RandomAccess;
  try {
    file = await openSource(source, options, true);
  } catch (error) {
    const isFolder = error instanceof FileError && error.code === 'notAFile';
    if (isFolder && (typeof source === 'string' || source instanceof URL)) return recognizeFolder(source);
    throw error;
  }
  try {
    return await recognizeOpen(file);
  } finally {
    await file.close();
  }
}

/** Implements `recognizeFile` for an open file. */
export async function recognizeOpen(file: RandomAccess): Promise<FileKind> {
  if (file.size === 0) return 'empty';
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size));
  const begins = (bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);
  if (isHdf5(head)) return hdf5Kind(file);
  if (isZipFile(head)) return zipKind(file);
  if (isGzip(head)) return 'gzip';
  const letters = (at: number, length: number): string => String.fromCharCode(...head.subarray(at, at + length));
  const found =
    SIGNATURES.find(([bytes]) => begins(bytes))?.[1] ??
    MARKS.find(([at, mark]) => letters(at, mark.length) === mark)?.[2];
  if (found !== undefined) return found;
  const tensors = await safetensorsKind(file, head);
  if (tensors !== null) return tensors;
  const end = await file.read(Math.max(0, file.size - TABLE_END.length), file.size);
  if (TABLE_END.every((byte, i) => end[i] === byte)) return 'tensorFlowCheckpoint';
  const isPickle = head[0] === 0x80 && head[1] >= 2 && head[1] <= 5 && end[end.length - 1] === 0x2e;
  if (isPickle) return 'pickle';
  return textKind(head) ?? (await protobufKind(file)) ?? 'unknown';
}

async function hdf5Kind(file: RandomAccess): Promise<FileKind> {
  try {
    const root = await openHdf5(file);
    return (await root.attribute('model_config')) === undefined ? 'h5Weights' : 'h5';
  } catch (error) {
    // The function that reads the file reports the damage with more detail.
    if (error instanceof FileError) return 'h5';
    throw error;
  }
}

async function zipKind(file: RandomAccess): Promise<FileKind> {
  let names: readonly string[];
  try {
    names = [...(await openZip(file)).entries.keys()];
  } catch (error) {
    if (error instanceof FileError) return 'zip';
    throw error;
  }
  if (names.includes('config.json') && names.includes('model.weights.h5')) return 'keras';
  if (names.some((name) => /(^|\/)data\.pkl$/.test(name))) return 'torch';
  if (names.length > 0 && names.every((name) => name.endsWith('.npy'))) return 'npz';
  if (names.some((name) => /(^|\/)saved_model\.pb$/.test(name))) return 'savedModel';
  return 'zip';
}

/** Recognizes a safetensors file, which starts with the length of its JSON header. */
async function safetensorsKind(file: RandomAccess, head: Uint8Array): Promise<FileKind | null> {
  if (head.length < 10 || head[8] !== 0x7b) return null;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length < 2 || length > file.size - 8) return null;
  const text = new TextDecoder().decode(await file.read(8, 8 + Math.min(length, 1 << 20)));
  return text.includes('"manabi.checkpoint"') ? 'checkpoint' : 'safetensors';
}

/** File names that identify the format of a folder, the most reliable ones first. */
const FOLDERS: readonly (readonly [names: readonly RegExp[], kind: FileKind])[] = [
  [[/^saved_model\.pb(txt)?$/], 'savedModel'],
  [[/^config\.json$/, /^model\.weights\.h5$/], 'kerasFolder'],
  [[/^model\.json$/], 'tensorFlowJs'],
  [[/^data\.pkl$/], 'torch'],
  [[/^config\.json$/, /\.(safetensors|bin)$/], 'huggingFace'],
  [[/\.checkpoint$/], 'checkpoint'],
  [[/\.index$/, /\.data-\d+-of-\d+$/], 'tensorFlowCheckpoint'],
];

/** Returns the format of a folder, recognized by the names of its files. */
async function recognizeFolder(path: string | URL): Promise<FileKind> {
  const names = (await listFolder(path)) ?? [];
  const found = FOLDERS.find(([patterns]) => patterns.every((pattern) => names.some((name) => pattern.test(name))));
  return found?.[1] ?? 'folder';
}
