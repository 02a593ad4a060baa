import { type KindsOf, optional, readArgument, readOptions, signal } from '@manabi/errors';
import { FileError } from './file-error.ts';
import { decompress, isGzip } from './gzip.ts';
import type { FileSource } from './kinds.ts';
import { sourceKind } from './kinds.ts';
import { openRandomAccess } from './random-access.ts';
import type { RandomAccess } from './range.ts';
import { nameOf } from './source.ts';

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

const BLOCK = 512;

/**
 * Opens a tar archive (ustar, pax or GNU), and lists its files. The contents of an uncompressed archive stay on disk until
 * they are read; an archive that is compressed with gzip is decompressed in memory.
 *
 * @throws FileError `corrupt` if the source is not a tar archive, `truncated` if it ends early; the codes of
 * `openRandomAccess` and `decompress`
 * @example
 * ```ts no-run
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

/** Values of a pax header, or the long name of GNU tar, for the next entry. */
interface Override {
  readonly path?: string;
  readonly size?: number;
}

async function listFiles(archive: RandomAccess, name: string): Promise<readonly TarFile[]> {
  const files: TarFile[] = [];
  let override: Override = {};
  let at = 0;
  while (at < archive.size) {
    if (at + BLOCK > archive.size) throw truncated(name, at, archive.size);
    const header = await archive.read(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    checkHeader(header, name, at);
    const type = String.fromCharCode(header[156]);
    const size = override.size ?? numberIn(header, 124, 12);
    const start = at + BLOCK;
    const end = start + size;
    if (end > archive.size) throw truncated(name, end, archive.size);
    const read = () => archive.read(start, end);
    if (type === 'L') override = { ...override, path: textIn(await read(), 0, size) };
    else if (type === 'x') override = { ...override, ...paxValues(await read()) };
    else {
      if (type === '0' || type === '\0' || type === '7') {
        files.push({ path: (override.path ?? pathOf(header)).replace(/^(\.?\/)+/, ''), start, size, read });
      }
      // A global header and GNU's long link names concern no path.
      if (type !== 'g' && type !== 'K') override = {};
    }
    at = start + BLOCK * Math.ceil(size / BLOCK);
  }
  // Some programs omit the blocks of zeros at the end, but never the padding of the last file.
  if (archive.size > 0 && at === archive.size && Object.keys(override).length === 0) return files;
  throw truncated(name, Math.max(at, archive.size + BLOCK), archive.size);
}

function truncated(name: string, needed: number, size: number): FileError {
  return new FileError(
    'truncated',
    `The tar archive ${name} is truncated: expected at least ${needed} bytes; got ${size}. Copy it again.`,
    { data: { source: name, needed, size } },
  );
}

/** Verifies the checksum of a header, which is the sum of its bytes with spaces in the checksum's field. */
function checkHeader(header: Uint8Array, name: string, at: number): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum === numberIn(header, 148, 8)) return;
  throw new FileError(
    'corrupt',
    `${name} is not a tar archive, or is damaged: its header at byte ${at} has a wrong checksum. Check the file.`,
    { data: { source: name, offset: at } },
  );
}

/** Reads a number in octal digits, or, for sizes from 8 GiB, in base 256. */
function numberIn(header: Uint8Array, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  if (field[0] >= 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const digits = textIn(header, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

function textIn(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

function pathOf(header: Uint8Array): string {
  const prefix = textIn(header, 257, 5) === 'ustar' && header[262] === 0 ? textIn(header, 345, 155) : '';
  const path = textIn(header, 0, 100);
  return prefix === '' ? path : `${prefix}/${path}`;
}

/** Reads the records of a pax header: `length key=value\n`, where the length counts bytes of the record. */
function paxValues(bytes: Uint8Array): Override {
  const values = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(textIn(bytes, at, 20), 10);
    if (!(length > 0)) break;
    const record = textIn(bytes, at, length - 1);
    const [key, ...value] = record.slice(record.indexOf(' ') + 1).split('=');
    values.set(key, value.join('='));
    at += length;
  }
  const [path, size] = [values.get('path'), values.get('size')];
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size: Number(size) }) };
}
