import { crc32 } from '../crc32.ts';
import type { RandomAccess } from '../range.ts';
import { readDirectory, type ZipLimits } from './directory.ts';
import { inflate } from './inflate.ts';
import { signatures, sizes, type ZipEntry } from './zip-entry.ts';
import { corruptZip } from './zip-errors.ts';

/** An open ZIP archive, whose files are read on demand. */
export interface ZipArchive {
  /** Name of the archive for messages. */
  readonly name: string;
  /** Files by name, in the order of the directory. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /**
   * Reads, decompresses and verifies a file.
   *
   * @param accepts reports whether a compressed file may start with the given bytes; others are not decompressed further
   * @throws FileError `corrupt` if the bytes contradict the directory, or are not accepted
   */
  read(entry: ZipEntry, accepts?: (start: Uint8Array) => boolean): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a ZIP archive (PKWARE APPNOTE 6.3, with ZIP64) of stored or deflated files. For untrusted archives, the number and
 * decompressed size of files are limited, and names outside the folder, duplicate names and overlapping files are rejected.
 *
 * @throws FileError `corrupt`, `tooLarge`, `unsupported`, and the codes of the file's `read`
 * @example
 * ```ts
 * import { openRandomAccess } from '@manabi/files';
 * import { joinedBytes, openZip, zipPieces } from '@manabi/files/internal';
 *
 * const pieces: Uint8Array[] = [];
 * for await (const piece of zipPieces([{ name: 'a.txt', data: Uint8Array.of(97) }])) pieces.push(piece);
 * const zip = await openZip(await openRandomAccess(new Blob([joinedBytes(pieces)])));
 * console.log([...zip.entries.keys()]); // ['a.txt']
 * ```
 */
export async function openZip(file: RandomAccess, limits: ZipLimits = {}): Promise<ZipArchive> {
  const entries = await readDirectory(file, limits);
  return { name: file.name, entries, read: (entry, accepts) => readEntry(file, entry, accepts) };
}

async function readEntry(
  file: RandomAccess,
  entry: ZipEntry,
  accepts?: (start: Uint8Array) => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  const { name, size } = entry;
  const packed = await readPacked(file, entry);
  const bytes = entry.method === 'stored' ? packed : inflate(file.name, name, packed, size, accepts);
  const crc = crc32(bytes);
  if (crc === entry.crc32) return bytes;
  throw corruptZip(file.name, `entry '${name}' has the wrong CRC-32: expected ${hex(entry.crc32)}, got ${hex(crc)}`, {
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
    throw corruptZip(file.name, `entry '${name}' has no local header at offset ${offset}`, { entry: name, offset });
  }
  const nameLength = view.getUint16(26, true);
  const start = offset + sizes.local + nameLength + view.getUint16(28, true);
  if (start + compressedSize > file.size) {
    throw corruptZip(file.name, `entry '${name}' at offset ${offset} exceeds the file of ${file.size} bytes`, {
      entry: name,
      offset,
    });
  }
  const nameHere = await file.read(offset + sizes.local, offset + sizes.local + nameLength);
  if (new TextDecoder().decode(nameHere) !== name) {
    throw corruptZip(file.name, `entry '${name}' has another name in its local header at offset ${offset}`, {
      entry: name,
      offset,
    });
  }
  return file.read(start, start + compressedSize);
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
