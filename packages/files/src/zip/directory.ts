import type { RandomAccess } from '../range.ts';
import { checkEntryName } from './entry-name.ts';
import { IN_ZIP64, LARGEST_RATIO, signatures, sizes, type ZipEntry } from './zip-entry.ts';
import { corruptZip, unsupportedZip, zipTooLarge } from './zip-errors.ts';

/** Limits for reading an archive. They are necessary because an archive of a few kilobytes can expand to petabytes. */
export interface ZipLimits {
  /** Largest number of files and folders (default 65,536). */
  readonly maxEntries?: number;
  /**
   * Largest total size in bytes of all deflated files after decompression (default: 1 GiB or sixteen times the size of
   * the archive, whichever is larger). Files stored without compression do not count.
   */
  readonly maxInflatedBytes?: number;
}

/** Location of a ZIP archive's central directory. */
interface DirectoryLocation {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

/** Returns the files of an archive by name, without folders, from its central directory. */
export async function readDirectory(file: RandomAccess, limits: ZipLimits): Promise<ReadonlyMap<string, ZipEntry>> {
  const { maxEntries = 65_536, maxInflatedBytes = Math.max(2 ** 30, 16 * file.size) } = limits;
  const { name: source } = file;
  const location = await findDirectory(file);
  if (location.count > maxEntries) {
    const problem = `it has ${location.count} entries, more than \`maxEntries\` = ${maxEntries}`;
    throw zipTooLarge(source, problem, { count: location.count });
  }
  if (location.offset + location.size > file.size || location.count * sizes.central > location.size) {
    const problem = `its directory (${location.count} entries, ${location.size} bytes at offset ${location.offset}) exceeds the file`;
    throw corruptZip(source, problem, { ...location, bytes: file.size });
  }
  const bytes = await file.read(location.offset, location.offset + location.size);
  const entries = parseEntries(source, bytes, location.count);
  const inflated = entries.reduce((sum, { method, size }) => sum + (method === 'deflated' ? size : 0), 0);
  if (inflated > maxInflatedBytes) {
    const problem = `it expands to ${inflated} bytes, more than \`maxInflatedBytes\` = ${maxInflatedBytes}`;
    throw zipTooLarge(source, problem, { bytes: inflated });
  }
  checkOverlaps(source, entries, location.offset);
  return byName(source, entries);
}

async function findDirectory(file: RandomAccess): Promise<DirectoryLocation> {
  const from = Math.max(0, file.size - sizes.end - IN_ZIP64.u16);
  const tail = await file.read(from, file.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let at = tail.length - sizes.end; at >= 0; at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    if (at + sizes.end + view.getUint16(at + 20, true) !== tail.length) continue;
    checkOneDisk(file.name, view.getUint16(at + 4, true), view.getUint16(at + 6, true));
    const location = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const isZip64 =
      location.count === IN_ZIP64.u16 || location.size === IN_ZIP64.u32 || location.offset === IN_ZIP64.u32;
    return (isZip64 ? await findDirectory64(file, from + at) : null) ?? location;
  }
  throw corruptZip(file.name, 'its end-of-directory record is missing; it may be truncated', { bytes: file.size });
}

/**
 * Reads the location of the directory from the ZIP64 record. Returns null if the archive has no such record: a number
 * then happens to equal the marker value for ZIP64.
 */
async function findDirectory64(file: RandomAccess, end: number): Promise<DirectoryLocation | null> {
  const { name: source } = file;
  if (end < sizes.locator64) return null;
  const locator = viewOf(await file.read(end - sizes.locator64, end));
  if (locator.getUint32(0, true) !== signatures.locator64) return null;
  const at = number64(source, locator, 8);
  if (at + sizes.end64 > file.size)
    throw corruptZip(source, `its ZIP64 record at offset ${at} exceeds the file`, { at });
  const record = viewOf(await file.read(at, at + sizes.end64));
  if (record.getUint32(0, true) !== signatures.end64)
    throw corruptZip(source, `its ZIP64 record at offset ${at} has the wrong signature`, { at });
  checkOneDisk(source, record.getUint32(16, true), record.getUint32(20, true));
  return {
    count: number64(source, record, 32),
    size: number64(source, record, 40),
    offset: number64(source, record, 48),
  };
}

function parseEntries(source: string, bytes: Uint8Array<ArrayBuffer>, count: number): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const isEntry = at + sizes.central <= bytes.length && view.getUint32(at, true) === signatures.central;
    if (!isEntry)
      throw corruptZip(source, `entry ${i} of its directory is truncated or has the wrong signature`, { entry: i });
    const nameEnd = at + sizes.central + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const end = extraEnd + view.getUint16(at + 32, true);
    if (end > bytes.length) throw corruptZip(source, `entry ${i} of its directory exceeds the directory`, { entry: i });
    const name = checkEntryName(source, bytes.subarray(at + sizes.central, nameEnd));
    const fields = {
      size: view.getUint32(at + 24, true),
      compressedSize: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    };
    const extra = bytes.subarray(nameEnd, extraEnd);
    const numbers = withZip64(source, name, fields, extra);
    const flags = view.getUint16(at + 8, true);
    if (flags & 1)
      throw unsupportedZip(source, `entry '${name}' is encrypted. Save the archive without a password`, {
        entry: name,
      });
    const method = methodOf(source, name, view.getUint16(at + 10, true));
    const entry = { name, method, crc32: view.getUint32(at + 16, true), ...numbers };
    checkSizes(source, entry);
    entries.push(entry);
    at = end;
  }
  return entries;
}

/** Returns the sizes and offset of an entry, with values beyond 32 bits taken from its ZIP64 field. */
function withZip64(
  source: string,
  name: string,
  fields: { readonly size: number; readonly compressedSize: number; readonly offset: number },
  extra: Uint8Array<ArrayBuffer>,
): { readonly size: number; readonly compressedSize: number; readonly offset: number } {
  const view = viewOf(extra);
  const values = { ...fields };
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(extra.length, at + 4 + view.getUint16(at + 2, true));
    let next = at + 4;
    for (const key of ['size', 'compressedSize', 'offset'] as const) {
      if (values[key] !== IN_ZIP64.u32) continue;
      if (next + 8 > end) throw corruptZip(source, `the ZIP64 field of '${name}' is too short`, { entry: name });
      values[key] = number64(source, view, next);
      next += 8;
    }
    return values;
  }
  return values;
}

function methodOf(source: string, name: string, method: number): ZipEntry['method'] {
  if (method === 0) return 'stored';
  if (method === 8) return 'deflated';
  throw unsupportedZip(
    source,
    `entry '${name}' uses compression method ${method}, expected deflate (8) or none (0). Save the archive with deflate`,
    {
      entry: name,
      method,
    },
  );
}

function checkSizes(source: string, { name, method, size, compressedSize }: ZipEntry): void {
  const isPossible = method === 'stored' ? size === compressedSize : size <= compressedSize * LARGEST_RATIO;
  if (isPossible) return;
  throw corruptZip(source, `entry '${name}' cannot have ${size} bytes if its compressed size is ${compressedSize}`, {
    entry: name,
    size,
    compressedSize,
  });
}

/** Rejects archives in which several files share bytes: a small archive could otherwise contain huge files. */
function checkOverlaps(source: string, entries: readonly ZipEntry[], directory: number): void {
  let end = 0;
  for (const { name, offset, compressedSize } of [...entries].sort((a, b) => a.offset - b.offset)) {
    if (offset < end)
      throw corruptZip(
        source,
        `entry '${name}' at offset ${offset} overlaps the entry before it, which ends at ${end}`,
        { entry: name, offset },
      );
    end = offset + sizes.local + compressedSize;
    if (end > directory)
      throw corruptZip(source, `entry '${name}' ends at ${end}, inside the directory at ${directory}`, {
        entry: name,
        offset,
      });
  }
}

function byName(source: string, entries: readonly ZipEntry[]): ReadonlyMap<string, ZipEntry> {
  const named = new Map<string, ZipEntry>();
  for (const entry of entries) {
    if (named.has(entry.name))
      throw corruptZip(source, `it has two entries named '${entry.name}'`, { entry: entry.name });
    named.set(entry.name, entry);
  }
  for (const name of named.keys()) if (name.endsWith('/')) named.delete(name);
  return named;
}

function checkOneDisk(source: string, ...disks: readonly number[]): void {
  if (disks.every((disk) => disk === 0)) return;
  throw unsupportedZip(source, 'it is one part of a multi-part archive. Join the parts first', { disks });
}

function number64(source: string, view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (Number.isSafeInteger(value)) return value;
  throw corruptZip(source, `a ZIP64 size or offset is ${value}, beyond 2^53`, { value });
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
