import { type KindsOf, optional, readArgument, readOptions, signal } from '@manabi/errors';
import { FileError } from '../file-error.ts';
import { decompress, isGzip } from '../gzip.ts';
import type { FileSource } from '../kinds.ts';
import { sourceKind } from '../kinds.ts';
import { openRandomAccess } from '../random-access.ts';
import type { RandomAccess } from '../range.ts';
import { nameOf } from '../source.ts';
import { checkAttributesSize, holdsAttributes, type TarAttributes, withAttributes } from './attributes.ts';
import { BLOCK, decodeHeader, isFile, withoutRoot } from './tar-header.ts';

/** A file in a tar archive. */
export interface TarFile {
  /** Path in the archive, without leading `./`. */
  readonly path: string;
  /** Position of the content in the archive after decompression, in bytes. */
  readonly start: number;
  /** Size in bytes. */
  readonly size: number;
  /** Reads the content of the file. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An open tar archive. */
export interface TarArchive {
  /** The files in the order of the archive. */
  readonly files: readonly TarFile[];
  /** Whether the archive was compressed. Its contents are then in memory, and remain readable after `close`. */
  readonly isCompressed: boolean;
  /** Closes the archive. Files of an uncompressed one can no longer be read. */
  close(): Promise<void>;
}

/** Options of `openTar`. */
export interface TarOptions {
  /** Signal that aborts the opening with a FileError `aborted`. */
  readonly signal?: AbortSignal;
}

const kinds = { signal: optional(signal) } satisfies KindsOf<TarOptions>;

/**
 * Opens a tar archive (ustar, pax or GNU), and lists its files. The contents of an uncompressed archive stay on disk until
 * they are read; an archive that is compressed with gzip is decompressed in memory.
 *
 * @throws FileError `corrupt` if the source is not a tar archive, `truncated` if it ends early; the codes of
 * `openRandomAccess` and `decompress`
 * @example
 * ```ts no-run
 * import { openTar } from '@manabi/files';
 *
 * const { files, close } = await openTar('photos.tar');
 * const bytes = await files[0].read();
 * await close();
 * ```
 */
export async function openTar(source: FileSource, options: TarOptions = {}): Promise<TarArchive> {
  readArgument('openTar', 'source', source, sourceKind);
  const { signal } = readOptions('openTar', options, kinds);
  const name = nameOf(source);
  const file = await openRandomAccess(source, { signal });
  try {
    const isCompressed = isGzip(await file.read(0, Math.min(3, file.size)));
    const archive = isCompressed ? await decompressed(file, signal) : file;
    return { files: await listFiles(archive, name), isCompressed, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function decompressed(file: RandomAccess, signal: AbortSignal | undefined): Promise<RandomAccess> {
  const bytes = await decompress(await file.read(0, file.size), { signal, name: file.name });
  return {
    name: file.name,
    size: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
    close: async () => {},
  };
}

async function listFiles(archive: RandomAccess, name: string): Promise<readonly TarFile[]> {
  const files: TarFile[] = [];
  let attributes: TarAttributes = {};
  let at = 0;
  while (at < archive.size) {
    if (at + BLOCK > archive.size) throw truncated(name, at + BLOCK, archive.size);
    const header = decodeHeader(await archive.read(at, at + BLOCK), name, at);
    if (header === null) return files;
    const { path = header.path, size = header.size } = attributes;
    const start = at + BLOCK;
    const end = start + (holdsAttributes(header) ? header.size : header.type === '5' ? 0 : size);
    if (end > archive.size) throw truncated(name, end, archive.size);
    const read = () => archive.read(start, end);
    if (holdsAttributes(header)) {
      checkAttributesSize(header, name);
      attributes = withAttributes(attributes, header, await read());
    } else {
      if (isFile(header)) files.push({ path: withoutRoot(path), start, size, read });
      attributes = {};
    }
    at = start + BLOCK * Math.ceil((end - start) / BLOCK);
  }
  // Some programs omit the blocks of zeros at the end, but never the padding of the last file.
  if (archive.size > 0 && at === archive.size && Object.keys(attributes).length === 0) return files;
  throw truncated(name, Math.max(at, archive.size + BLOCK), archive.size);
}

function truncated(name: string, needed: number, size: number): FileError {
  return new FileError(
    'truncated',
    `The tar archive ${name} is truncated: expected at least ${needed} bytes; got ${size}. Copy it again.`,
    { data: { source: name, needed, size } },
  );
}
