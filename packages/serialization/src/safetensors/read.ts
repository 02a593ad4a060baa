import { type HostArray, hostArray, ManabiError } from '@manabi/core';
import { didYouMean, readArgument, readOptions, text } from '@manabi/errors';
import { FileError, type RandomAccess } from '@manabi/files';
import { decodeElements, elementKinds } from '../elements/element-kind.ts';
import { openSource, readSource, type Source, type SourceOptions, sourceKinds, sourceName } from '../stores/index.ts';
import { safetensorsDTypes } from './dtypes.ts';
import { readHeader, type SafetensorsHeader } from './header.ts';

/** An open safetensors file: its header is read, its tensors are not. */
export interface SafetensorsFile extends SafetensorsHeader {
  /** The file, for messages. */
  readonly name: string;
  /**
   * A tensor; nothing but its bytes is read. F16, BF16, I8, I16 and U16 become wider types, exactly; I64 and U64 become
   * int32 and uint32.
   *
   * @throws ManabiError `argument` for a name that is not in the file, with the nearest
   * @throws FileError `unsupported` for 64-bit integers beyond 32 bits, and for complex numbers and those of less than 16
   * bits
   */
  read(tensor: string): Promise<HostArray>;
  /** Lets go of the file. */
  close(): Promise<void>;
}

/**
 * Opens a safetensors file, to read single tensors of it: over HTTP, only their bytes are transferred.
 *
 * @throws FileError `corrupt` if it breaks the rules of the format; as `readBytes` of `@manabi/files`
 * @example
 * ```ts
 * const file = await openSafetensors('https://example.org/model.safetensors');
 * console.log(file.tensors);
 * const embedding = await file.read('embedding.weight');
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

/** What a safetensors file holds. */
export interface SafetensorsContent {
  /** Tensors by name, in the order of their bytes. */
  readonly tensors: Readonly<Record<string, HostArray>>;
  /** Texts by name, which say whatever its writer wanted. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * All tensors of a safetensors file (https://github.com/huggingface/safetensors), with the rules of
 * `SafetensorsFile.read` for their elements. They share the memory of the bytes that were read.
 *
 * @throws FileError `corrupt` if it breaks the rules of the format, `unsupported` as `SafetensorsFile.read`; as `readBytes`
 * of `@manabi/files`
 * @example `const { tensors, metadata } = await readSafetensors('model.safetensors');`
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

/** As `openSafetensors`, for a file that is open. */
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
  return new ManabiError('argument', `${source} has no tensor '${tensor}'. ${didYouMean(tensor, known)}`, {
    op: 'readSafetensors',
    data: { source, tensor },
  });
}

function unsupported(source: string, tensor: string, dtype: string): FileError {
  return new FileError(
    'unsupported',
    `'${tensor}' in ${source} has elements of type ${dtype}, which nothing here computes with. Save it as F32 or F16.`,
    { data: { source, tensor, dtype } },
  );
}
