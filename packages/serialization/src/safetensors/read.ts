import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { decodeElements, type ElementKind, elementKinds } from '@manabi/data/internal';
import { readArgument, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { FileError, type RandomAccess } from '@manabi/files';
import { dtypes } from '@manabi/ir';
import { accessBytes, openSource, type Source, type SourceOptions, sourceKinds } from '../stores/index.ts';
import { safetensorsDTypes } from './dtypes.ts';
import { readHeader, type SafetensorsHeader, type SafetensorsInfo } from './header.ts';

/** Open safetensors file, whose tensors are read on demand. */
export interface SafetensorsFile extends SafetensorsHeader {
  /** Name of the file for messages. */
  readonly name: string;
  /**
   * Reads one tensor, without the bytes of other tensors. F16, BF16, I8, I16 and U16 are widened exactly; I64 and U64
   * become int32 and uint32.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest names
   * @throws FileError `unsupported` for 64-bit integers beyond 32 bits, complex numbers, and floats of less than 16
   * bits; `tooLarge` for a tensor of more than 4 GiB
   */
  read(tensor: string): Promise<HostArray>;
  /** Closes the file. */
  close(): Promise<void>;
}

/**
 * Opens a safetensors file, from which single tensors can then be read. Over HTTP, only the necessary parts of a large
 * file are transferred if the server supports ranges.
 *
 * @throws FileError `corrupt` for an invalid file; the codes of `readBytes` of `@manabi/files`
 * @example
 * ```ts node-only
 * import { openSafetensors, tensor, writeSafetensors } from 'manabi';
 *
 * await writeSafetensors('model.safetensors', { kernel: tensor([[1, 2]]), bias: tensor([0, 0]) });
 * const file = await openSafetensors('model.safetensors');
 * console.log(file.tensors.get('kernel')?.shape); // [1, 2]
 * const bias = await file.read('bias');
 * await file.close();
 * ```
 */
export async function openSafetensors(source: Source, options: SourceOptions = {}): Promise<SafetensorsFile> {
  readOptions('openSafetensors', options, sourceKinds);
  const file = await openSource(source, options, true);
  try {
    return await openSafetensorsFile(file);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Content of a safetensors file. */
export interface SafetensorsContent {
  /** Tensors by name, in the order of their bytes in the file. */
  readonly tensors: Readonly<Record<string, HostArray>>;
  /** User-defined strings by name, such as `format`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads all tensors of a safetensors file (https://github.com/huggingface/safetensors). Elements are converted as by
 * `SafetensorsFile.read`. Tensors that need no conversion share the memory of the bytes that were read.
 *
 * @throws FileError `corrupt` for an invalid file, `unsupported` for the types that `SafetensorsFile.read` rejects; the
 * codes of `readBytes` of `@manabi/files`
 * @example
 * ```ts node-only
 * import { readSafetensors, tensor, writeSafetensors } from 'manabi';
 *
 * await writeSafetensors('model.safetensors', { kernel: tensor([[1, 2]]) }, { metadata: { format: 'pt' } });
 * const { tensors, metadata } = await readSafetensors('model.safetensors');
 * console.log(tensors.kernel.shape); // [1, 2]
 * console.log(metadata); // { format: 'pt' }
 * ```
 */
export async function readSafetensors(source: Source, options: SourceOptions = {}): Promise<SafetensorsContent> {
  readOptions('readSafetensors', options, sourceKinds);
  const file = await openSource(source, options);
  try {
    return await readOpenSafetensors(file);
  } finally {
    await file.close();
  }
}

/** Largest size of a file that is read at once; Node 20 has no longer arrays of bytes. */
const MOST_AT_ONCE = 2 ** 31;

/**
 * Reads all tensors of an open safetensors file.
 *
 * @throws FileError the codes of `readSafetensors`
 */
export async function readOpenSafetensors(open: RandomAccess): Promise<SafetensorsContent> {
  const { name, size } = open;
  const isRead = size <= MOST_AT_ONCE;
  const file = await openSafetensorsFile(isRead ? accessBytes(await open.read(0, size), name) : open);
  // Tensors that cannot be read are found before others are read.
  for (const tensor of file.tensors.keys()) placeOf(file, tensor);
  const tensors: [string, HostArray][] = [];
  for (const tensor of file.tensors.keys()) tensors.push([tensor, await file.read(tensor)]);
  return { tensors: Object.fromEntries(tensors), metadata: file.metadata };
}

/** Implements `openSafetensors` for an open file. */
async function openSafetensorsFile(file: RandomAccess): Promise<SafetensorsFile> {
  const header = await readHeader(file);
  const read = async (tensor: string): Promise<HostArray> => {
    const { kind, shape, bytes } = placeOf({ name: file.name, tensors: header.tensors }, tensor);
    const data = decodeElements(kind, await file.read(...bytes), { source: file.name, array: tensor });
    return hostArray(elementKinds[kind].dtype, shape, data);
  };
  return { ...header, name: file.name, read, close: () => file.close() };
}

/**
 * Returns where a tensor is, and how to decode it.
 *
 * @throws FileError `unsupported`; `tooLarge` for a tensor that is longer than memory on a backend can be
 */
function placeOf(
  { name, tensors }: Pick<SafetensorsFile, 'name' | 'tensors'>,
  tensor: string,
): SafetensorsInfo & { readonly kind: ElementKind } {
  const info = tensors.get(readArgument('readSafetensors', 'name', tensor, text));
  if (info === undefined) throw noTensor(name, tensor, tensors.keys());
  const { dtype, shape } = info;
  const { kind } = safetensorsDTypes[dtype];
  if (kind === null) throw unsupported(name, tensor, dtype);
  const own = elementKinds[kind].dtype;
  const bytes = shape.reduce((product, length) => product * length, dtypes[own].bytes);
  if (bytes <= MOST_BYTES) return { ...info, kind };
  throw new FileError(
    'tooLarge',
    `Tensor '${tensor}' in ${name} has ${bytes} bytes as ${own} [${shape.join(', ')}]; a tensor has at most 4 GiB. ` +
      'Split it before you save it.',
    { data: { source: name, tensor, bytes, limit: MOST_BYTES } },
  );
}

/** Largest size of a tensor in bytes: the memory of `cpu` with 32-bit addresses. */
const MOST_BYTES = 2 ** 32;

function noTensor(source: string, tensor: string, known: Iterable<string>): ManabiError {
  return new ManabiError('argument', `No tensor '${tensor}' in ${source}. ${didYouMean(tensor, known)}`, {
    op: 'readSafetensors',
    data: { source, tensor },
  });
}

function unsupported(source: string, tensor: string, dtype: string): FileError {
  return new FileError(
    'unsupported',
    `Tensor '${tensor}' in ${source} has the unsupported element type ${dtype}. Save it as F32 or F16.`,
    { data: { source, tensor, dtype } },
  );
}
