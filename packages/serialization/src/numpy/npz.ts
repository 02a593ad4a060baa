import { type HostArray, ManabiError } from '@manabi/core';
import {
  boolean,
  didYouMean,
  type KindsOf,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  signal,
  text,
} from '@manabi/errors';
import { FileError, type RandomAccess, type WriteOptions } from '@manabi/files';
import { type NamedTensors, toHostArrays } from '../elements/host-arrays.ts';
import { joinedBytes } from '../joined-bytes.ts';
import {
  type Destination,
  openSource,
  type Source,
  type SourceOptions,
  sourceKinds,
  writeTo,
} from '../stores/index.ts';
import { isNameWithin, openZip, type ZipInput, type ZipLimits, zipPieces } from '../zip/index.ts';
import { decodeNpy, npyPieces } from './npy.ts';

/** How an archive of arrays is read. */
export interface NpzOptions extends SourceOptions, ZipLimits {}

/** How arrays are put into an archive. */
export interface WriteNpzOptions extends WriteOptions {
  /** Whether they are deflated, as `numpy.savez_compressed` does; by default not. */
  readonly compressed?: boolean;
}

/** An open archive of arrays: its directory is read, its arrays are not. */
export interface NpzFile {
  /** The file, for messages. */
  readonly name: string;
  /** Names of the arrays. */
  readonly names: readonly string[];
  /**
   * An array; nothing but its bytes is read. Elements as `readNpy`.
   *
   * @throws ManabiError `argument` for a name that is not in the file, with the nearest
   * @throws FileError as `readNpy`
   */
  read(name: string): Promise<HostArray>;
  /** Lets go of the file. */
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
 * Opens an archive of arrays, to read single ones of it.
 *
 * @throws FileError as `readNpz`
 * @example `const file = await openNpz('mnist.npz'); const labels = await file.read('y_train'); await file.close();`
 */
export async function openNpz(source: Source, options: NpzOptions = {}): Promise<NpzFile> {
  return openNpzSource('openNpz', source, options, true);
}

/** @param parts whether only some arrays are going to be read */
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
 * All arrays of an archive that NumPy saved (`savez`, `savez_compressed`), by name. Elements as `readNpy`.
 *
 * @throws FileError `corrupt` for an archive or array that breaks the rules of its format; `tooLarge` past the limits;
 * `unsupported` as `readNpy`, and for files in it that are no arrays; as `readBytes` of `@manabi/files`
 * @example `const { x_train: images, y_train: labels } = await readNpz('mnist.npz');`
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
 * Writes arrays into an archive that `numpy.load` reads.
 *
 * @throws ManabiError `argument` for names that are none of a file, or unknown options
 * @throws FileError as a destination does; the old file then stays
 * @example `await writeNpz('weights.npz', { kernel, bias }, { compressed: true });`
 */
export async function writeNpz(
  destination: Destination,
  arrays: NamedTensors,
  options: WriteNpzOptions = {},
): Promise<void> {
  const { compressed, signal } = readOptions('writeNpz', options, writeKinds);
  return writeTo(destination, zipPieces(await entriesOf('writeNpz', arrays, compressed)), { signal });
}

/** The bytes of an archive, as `writeNpz` writes them. */
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
  const zip = await openZip(file, limits);
  const stranger = [...zip.entries.keys()].find((name) => !name.endsWith('.npy'));
  if (stranger !== undefined) {
    throw new FileError('unsupported', `'${stranger}' in ${zip.name} is no array: such archives hold .npy files.`, {
      data: { source: zip.name, entry: stranger },
    });
  }
  const names = [...zip.entries.keys()].map((name) => name.slice(0, -'.npy'.length));
  return {
    name: zip.name,
    names,
    read: async (array) => {
      readArgument('readNpz', 'name', array, text);
      const entry = zip.entries.get(`${array}.npy`);
      if (entry !== undefined) return decodeNpy(await zip.read(entry), { source: zip.name, array });
      throw new ManabiError('argument', `${zip.name} has no array '${array}'. ${didYouMean(array, names)}`, {
        op: 'readNpz',
        data: { source: zip.name, array },
      });
    },
    close: () => file.close(),
  };
}

async function entriesOf(op: string, arrays: NamedTensors, deflate: boolean): Promise<ZipInput[]> {
  const named = [...(await toHostArrays(op, 'arrays', arrays))];
  const stranger = Object.keys(arrays).find((name) => !isNameWithin(`${name}.npy`));
  if (stranger !== undefined) {
    throw new ManabiError('argument', `An array cannot be called '${stranger}' here: it becomes the name of a file.`, {
      op,
      data: { array: stranger },
    });
  }
  return named.map(([name, array]) => ({
    name: `${name}.npy`,
    data: npyPieces(array),
    deflate,
  }));
}
