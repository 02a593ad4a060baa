import { ManabiError } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { FileError, type RandomAccess } from '@manabi/files';
import { openZip, type ZipLimits } from '@manabi/files/internal';
import type { HostArray } from '@manabi/ir';
import { decodeNpy } from './decode-npy.ts';

/** Arrays of an open `.npz` archive, which are read on demand. */
export interface NpzArchive {
  /** Name of the file for messages. */
  readonly name: string;
  readonly names: readonly string[];
  /**
   * Reads one array.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest names
   */
  read(name: string): Promise<HostArray>;
  /** Reads the `.npy` file of one array, for arrays of Python objects. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads the directory of an `.npz` archive.
 *
 * @throws FileError `corrupt`, `tooLarge`, or `unsupported` if an entry is not an array
 * @example
 * ```ts
 * import { openNpzArchive } from '@manabi/data/internal';
 * import { openRandomAccess } from '@manabi/files';
 * import { encodeNpz, tensor } from 'manabi';
 *
 * const file = await openRandomAccess(new Blob([await encodeNpz({ kernel: tensor([1]), bias: tensor([0]) })]));
 * const archive = await openNpzArchive(file);
 * console.log(archive.names); // ['kernel', 'bias']
 * ```
 */
export async function openNpzArchive(file: RandomAccess, limits: ZipLimits = {}): Promise<NpzArchive> {
  const zip = await openZip(file, limits);
  const unexpected = [...zip.entries.keys()].find((name) => !name.endsWith('.npy'));
  if (unexpected !== undefined) {
    throw new FileError(
      'unsupported',
      `Entry '${unexpected}' in ${zip.name} is not an array: expected only .npy files. Unpack the archive to read it.`,
      {
        data: { source: zip.name, entry: unexpected },
      },
    );
  }
  const names = [...zip.entries.keys()].map((name) => name.slice(0, -'.npy'.length));
  const bytesOf = (array: string): Promise<Uint8Array<ArrayBuffer>> => {
    const entry = zip.entries.get(`${array}.npy`);
    if (entry !== undefined) return zip.read(entry);
    throw new ManabiError('argument', `No array '${array}' in ${zip.name}. ${didYouMean(array, names)}`, {
      op: 'readNpz',
      data: { source: zip.name, array },
    });
  };
  return {
    name: zip.name,
    names,
    read: async (array) => decodeNpy(await bytesOf(array), { source: zip.name, array }),
    bytes: bytesOf,
  };
}
