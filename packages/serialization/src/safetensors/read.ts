import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { decodeElements, elementKinds } from '@manabi/data/internal';
import { readArgument, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { FileError, type RandomAccess } from '@manabi/files';
import { openSource, readSource, type Source, type SourceOptions, sourceKinds, sourceName } from '../stores/index.ts';
import { safetensorsDTypes } from './dtypes.ts';
import { readHeader, type SafetensorsHeader } from './header.ts';

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
   * bits
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
  const bytes = await readSource(source, options);
  const name = sourceName(source);
  const file = await openSafetensorsFile({ ...(await openSource(bytes)), name });
  const tensors: [string, HostArray][] = [];
  for (const tensor of file.tensors.keys()) tensors.push([tensor, await file.read(tensor)]);
  return { tensors: Object.fromEntries(tensors), metadata: file.metadata };
}

/** Implements `openSafetensors` for an open file. */
async function openSafetensorsFile(file: RandomAccess): Promise<SafetensorsFile> {
  const header = await readHeader(file);
  const read = async (tensor: string): Promise<HostArray> => {
    const info = header.tensors.get(readArgument('readSafetensors', 'name', tensor, text));
    if (info === undefined) throw noTensor(file.name, tensor, header.tensors.keys());
    const { kind } = safetensorsDTypes[info.dtype];
    if (kind === null) throw unsupported(file.name, tensor, info.dtype);
    const data = decodeElements(kind, await file.read(...info.bytes), { source: file.name, array: tensor });
    return hostArray(elementKinds[kind].dtype, info.shape, data);
  };
  return { ...header, name: file.name, read, close: () => file.close() };
}

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
