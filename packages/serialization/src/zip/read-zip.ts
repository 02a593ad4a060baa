import { crc32, type RandomAccess } from '@manabi/files';
import { readDirectory, type ZipLimits } from './directory.ts';
import { inflate } from './inflate.ts';
import { signatures, sizes, type ZipEntry } from './zip-entry.ts';
import { corruptZip } from './zip-errors.ts';

/** An open ZIP archive. */
export interface ZipArchive {
  /** The archive, for messages. */
  readonly name: string;
  /** Its files by name, in the order of its directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * The bytes of a file, unpacked and checked.
   *
   * @throws FileError `corrupt` if they are not what the directory says
   */
  read(entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a ZIP archive (PKWARE's APPNOTE 6.3, ZIP64 included) whose files are stored or deflated. What is not trusted is
 * bounded: the number of files, what they unfold into; names that lead out of a folder, two files of one name, and files
 * that share bytes are refused.
 *
 * @throws FileError `corrupt`, `tooLarge`, `unsupported`, and as the file's `read`
 * @example
 * ```ts
 * const zip = await openZip(await openSource('weights.npz'));
 * for (const entry of zip.entries.values()) console.log(entry.name, await zip.read(entry));
 * ```
 */
export async function openZip(file: RandomAccess, limits: ZipLimits = {}): Promise<ZipArchive> {
  const entries = await readDirectory(file, limits);
  return { name: file.name, entries, read: (entry) => readEntry(file, entry) };
}

async function readEntry(file: RandomAccess, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { name, size } = entry;
  const packed = await readPacked(file, entry);
  const bytes = entry.method === 'stored' ? packed : inflate(file.name, name, packed, size);
  const crc = crc32(bytes);
  if (crc === entry.crc32) return bytes;
  throw corruptZip(file.name, `the checksum of '${name}' is another one than it says`, {
    entry: name,
    expected: entry.crc32,
    got: crc,
  });
}

async function readPacked(file: RandomAccess, entry: ZipEntry): Promise<Uint8Array<ArrayBuffer>> {
  const { name, offset, compressedSize } = entry;
  const header = await file.read(offset, offset + sizes.local);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (view.getUint32(0, true) !== signatures.local) {
    throw corruptZip(file.name, `'${name}' is not where the directory says`, { entry: name, offset });
  }
  const nameLength = view.getUint16(26, true);
  const start = offset + sizes.local + nameLength + view.getUint16(28, true);
  if (start + compressedSize > file.size) {
    throw corruptZip(file.name, `'${name}' reaches past its end`, { entry: name, offset });
  }
  const nameHere = await file.read(offset + sizes.local, offset + sizes.local + nameLength);
  if (new TextDecoder().decode(nameHere) !== name) {
    throw corruptZip(file.name, `'${name}' has another name where it lies`, { entry: name, offset });
  }
  return file.read(start, start + compressedSize);
}
