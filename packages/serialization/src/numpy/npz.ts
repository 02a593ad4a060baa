import { type HostArray, ManabiError } from '@manabi/core';
import { openNpzArchive } from '@manabi/data/internal';
import {
  boolean,
  type KindsOf,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  signal,
  text,
} from '@manabi/errors';
import type { RandomAccess, WriteOptions } from '@manabi/files';
import { isNameWithin, joinedBytes, type ZipInput, type ZipLimits, zipPieces } from '@manabi/files/internal';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import {
  type Destination,
  openSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  writeTo,
} from '../stores/index.ts';
import { npyPieces } from './npy.ts';

/** Options of `readNpz` and `openNpz`. */
export interface NpzOptions extends SourceOptions, ZipLimits {}

/** Options of `writeNpz`. */
export interface WriteNpzOptions extends WriteOptions {
  /** Whether to deflate the arrays, as `numpy.savez_compressed` does (default false). */
  readonly compressed?: boolean;
}

/** Open `.npz` archive, whose arrays are read on demand. */
export interface NpzFile {
  /** Name of the file for messages. */
  readonly name: string;
  /** Names of the arrays. */
  readonly names: readonly string[];
  /**
   * Reads one array, without the bytes of other arrays. Elements are converted as by `readNpy`.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest names
   * @throws FileError the codes of `readNpy`
   */
  read(name: string): Promise<HostArray>;
  /** Closes the file. */
  close(): Promise<void>;
}

const readKinds = {
  ...sourceKinds,
  maxEntries: optional(positiveInteger),
  maxInflatedBytes: optional(positiveInteger),
} satisfies KindsOf<NpzOptions>;

const encodeKinds = { compressed: optional(boolean, false) };
const writeKinds = { ...encodeKinds, signal: optional(signal) } satisfies KindsOf<WriteNpzOptions>;

/**
 * Opens an `.npz` archive, from which single arrays can then be read.
 *
 * @throws FileError the codes of `readNpz`
 * @example
 * ```ts node-only
 * import { openNpz, tensor, writeNpz } from 'manabi';
 *
 * await writeNpz('mnist.npz', { x_train: tensor([[0, 1]]), y_train: tensor([7]) });
 * const file = await openNpz('mnist.npz');
 * console.log(file.names); // ['x_train', 'y_train']
 * const labels = await file.read('y_train');
 * await file.close();
 * ```
 */
export async function openNpz(source: Source, options: NpzOptions = {}): Promise<NpzFile> {
  return openNpzSource('openNpz', source, options, true);
}

/**
 * Opens an `.npz` archive.
 *
 * @param parts whether only some arrays will be read; large files are then read in ranges over HTTP
 */
async function openNpzSource(op: string, source: Source, options: NpzOptions, parts: boolean): Promise<NpzFile> {
  const { maxEntries, maxInflatedBytes, ...others } = readOptions(op, options, readKinds);
  const file = await openSource(source, others, parts);
  try {
    return await openArchive(file, { maxEntries, maxInflatedBytes });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads an archive saved by NumPy (`savez`, `savez_compressed`) and returns all its arrays by name. Elements are
 * converted as by `readNpy`.
 *
 * @throws FileError `corrupt` for an invalid archive or array; `tooLarge` if the archive exceeds `maxEntries` or
 * `maxInflatedBytes`; `unsupported` for an array that `readNpy` rejects or an entry that is not an array; the codes of
 * `readBytes` of `@manabi/files`
 * @example
 * ```ts node-only
 * import { readNpz, tensor, writeNpz } from 'manabi';
 *
 * await writeNpz('mnist.npz', { x_train: tensor([[0, 1]]), y_train: tensor([7]) });
 * const { x_train: images, y_train: labels } = await readNpz('mnist.npz');
 * console.log(images.shape); // [1, 2]
 * ```
 */
export async function readNpz(source: Source, options: NpzOptions = {}): Promise<Record<string, HostArray>> {
  const file = await openNpzSource('readNpz', source, options, false);
  try {
    const arrays: [string, HostArray][] = [];
    for (const name of file.names) arrays.push([name, await file.read(name)]);
    return Object.fromEntries(arrays);
  } finally {
    await file.close();
  }
}

/**
 * Writes named arrays to an `.npz` archive, which `numpy.load` reads.
 *
 * @throws ManabiError `argument` for names that are invalid as file names, and for unknown options
 * @throws FileError `notFound`, `permission`, `noSpace`, … of the destination; the old file is then unchanged
 * @example
 * ```ts node-only
 * import { readNpz, tensor, writeNpz } from 'manabi';
 *
 * await writeNpz('weights.npz', { kernel: tensor([[1], [2]]), bias: tensor([0]) }, { compressed: true });
 * const { kernel, bias } = await readNpz('weights.npz');
 * console.log(kernel.shape, bias.shape); // [2, 1] [1]
 * ```
 */
export async function writeNpz(
  destination: Destination,
  arrays: NamedTensors,
  options: WriteNpzOptions = {},
): Promise<void> {
  const { compressed, signal } = readOptions('writeNpz', options, writeKinds);
  return writeTo(destination, zipPieces(await entriesOf('writeNpz', arrays, compressed)), { signal });
}

/**
 * Encodes named arrays as an `.npz` archive and returns the bytes that `writeNpz` would write.
 *
 * @throws ManabiError `argument` unless all values are tensors or host arrays, and for names that are not allowed in
 * archives
 * @example
 * ```ts
 * import { encodeNpz, readNpz, tensor } from 'manabi';
 *
 * const bytes = await encodeNpz({ bias: tensor([0, 0]) });
 * console.log(Object.keys(await readNpz(bytes))); // ['bias']
 * ```
 */
export async function encodeNpz(
  arrays: NamedTensors,
  options: Pick<WriteNpzOptions, 'compressed'> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { compressed } = readOptions('encodeNpz', options, encodeKinds);
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(await entriesOf('encodeNpz', arrays, compressed))) pieces.push(piece);
  return joinedBytes(pieces);
}

async function openArchive(file: RandomAccess, limits: ZipLimits): Promise<NpzFile> {
  const archive = await openNpzArchive(file, limits);
  const { name, names } = archive;
  return {
    name,
    names,
    read: async (array) => archive.read(readArgument('readNpz', 'name', array, text)),
    close: () => file.close(),
  };
}

async function entriesOf(op: string, arrays: NamedTensors, deflate: boolean): Promise<ZipInput[]> {
  const named = [...(await toHostArrays(op, 'arrays', arrays))];
  const invalid = Object.keys(arrays).find((name) => !isNameWithin(`${name}.npy`));
  if (invalid !== undefined) {
    throw new ManabiError(
      'argument',
      `Array name '${invalid}' is not a valid file name in an archive. Use letters, digits and single slashes.`,
      {
        op,
        data: { array: invalid },
      },
    );
  }
  return named.map(([name, array]) => ({
    name: `${name}.npy`,
    data: npyPieces(array),
    deflate,
  }));
}
