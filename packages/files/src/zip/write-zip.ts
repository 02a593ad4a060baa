import { deflateSync } from 'fflate';
import { crc32 } from '../crc32.ts';
import { bytesIn, joinedBytes } from '../joined-bytes.ts';
import { IN_ZIP64, signatures, sizes } from './zip-entry.ts';

/** A file to write to a ZIP archive. */
export interface ZipInput {
  /** Path of the file in the archive, with slashes. */
  readonly name: string;
  /** Content of the file, in one or several pieces. */
  readonly data: Uint8Array | readonly Uint8Array[];
  /** Whether to deflate the file (default false: stored). */
  readonly deflate?: boolean;
}

/** Metadata of a written file for its directory entry. */
interface Written {
  readonly name: Uint8Array;
  readonly method: 0 | 8;
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  readonly offset: number;
}

/** January 1, 1980, ZIP's earliest date: constant, so that equal files produce equal archives. */
const DATE = 0x0021;
/** ZIP flag for file names in UTF-8. */
const FLAGS = 0x0800;

/**
 * Encodes a ZIP archive and yields its bytes file by file, so that only the current file is in memory. Uses ZIP64 where
 * necessary.
 *
 * @example
 * ```ts
 * import { zipPieces } from '@manabi/files/internal';
 *
 * const pieces: Uint8Array[] = [];
 * for await (const piece of zipPieces([{ name: 'a.txt', data: [Uint8Array.of(97)] }])) pieces.push(piece);
 * console.log(String.fromCharCode(...pieces[0].subarray(0, 2))); // PK
 * ```
 */
export async function* zipPieces(
  files: Iterable<ZipInput> | AsyncIterable<ZipInput>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const written: Written[] = [];
  let offset = 0;
  for await (const file of files) {
    const pieces = ArrayBuffer.isView(file.data) ? [file.data] : file.data;
    const packed =
      file.deflate === true ? [deflateSync(pieces.length === 1 ? pieces[0] : joinedBytes(pieces))] : pieces;
    const facts: Written = {
      name: new TextEncoder().encode(file.name),
      method: file.deflate === true ? 8 : 0,
      size: bytesIn(pieces),
      compressedSize: bytesIn(packed),
      crc32: pieces.reduce((crc, piece) => crc32(piece, crc), 0),
      offset,
    };
    const header = localHeader(facts);
    yield header;
    yield* packed;
    offset += header.length + facts.compressedSize;
    written.push(facts);
  }
  let size = 0;
  for (const facts of written) {
    const header = centralHeader(facts);
    yield header;
    size += header.length;
  }
  yield endOf(written.length, size, offset);
}

function localHeader({ name, method, size, compressedSize, crc32: crc }: Written): Uint8Array {
  const isLarge = size >= IN_ZIP64.u32 || compressedSize >= IN_ZIP64.u32;
  const extra = isLarge ? zip64Field([size, compressedSize]) : new Uint8Array(0);
  const header = new Uint8Array(sizes.local + name.length + extra.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, signatures.local, true);
  view.setUint16(4, isLarge ? 45 : 20, true);
  view.setUint16(6, FLAGS, true);
  view.setUint16(8, method, true);
  view.setUint16(12, DATE, true);
  view.setUint32(14, crc, true);
  view.setUint32(18, isLarge ? IN_ZIP64.u32 : compressedSize, true);
  view.setUint32(22, isLarge ? IN_ZIP64.u32 : size, true);
  view.setUint16(26, name.length, true);
  view.setUint16(28, extra.length, true);
  header.set(name, sizes.local);
  header.set(extra, sizes.local + name.length);
  return header;
}

function centralHeader({ name, method, size, compressedSize, crc32: crc, offset }: Written): Uint8Array {
  const large = [size, compressedSize, offset].filter((value) => value >= IN_ZIP64.u32);
  const extra = large.length > 0 ? zip64Field(large) : new Uint8Array(0);
  const version = large.length > 0 ? 45 : 20;
  const header = new Uint8Array(sizes.central + name.length + extra.length);
  const view = new DataView(header.buffer);
  view.setUint32(0, signatures.central, true);
  view.setUint16(4, version, true);
  view.setUint16(6, version, true);
  view.setUint16(8, FLAGS, true);
  view.setUint16(10, method, true);
  view.setUint16(14, DATE, true);
  view.setUint32(16, crc, true);
  view.setUint32(20, Math.min(compressedSize, IN_ZIP64.u32), true);
  view.setUint32(24, Math.min(size, IN_ZIP64.u32), true);
  view.setUint16(28, name.length, true);
  view.setUint16(30, extra.length, true);
  view.setUint32(42, Math.min(offset, IN_ZIP64.u32), true);
  header.set(name, sizes.central);
  header.set(extra, sizes.central + name.length);
  return header;
}

function zip64Field(values: readonly number[]): Uint8Array {
  const field = new Uint8Array(4 + 8 * values.length);
  const view = new DataView(field.buffer);
  view.setUint16(0, 1, true);
  view.setUint16(2, 8 * values.length, true);
  values.forEach((value, i) => {
    view.setBigUint64(4 + 8 * i, BigInt(value), true);
  });
  return field;
}

function endOf(count: number, size: number, offset: number): Uint8Array {
  const isLarge = count >= IN_ZIP64.u16 || size >= IN_ZIP64.u32 || offset >= IN_ZIP64.u32;
  const start = isLarge ? sizes.end64 + sizes.locator64 : 0;
  const end = new Uint8Array(start + sizes.end);
  const view = new DataView(end.buffer);
  if (isLarge) {
    view.setUint32(0, signatures.end64, true);
    view.setBigUint64(4, BigInt(sizes.end64 - 12), true);
    view.setUint16(12, 45, true);
    view.setUint16(14, 45, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(size), true);
    view.setBigUint64(48, BigInt(offset), true);
    view.setUint32(sizes.end64, signatures.locator64, true);
    view.setBigUint64(sizes.end64 + 8, BigInt(offset + size), true);
    view.setUint32(sizes.end64 + 16, 1, true);
  }
  view.setUint32(start, signatures.end, true);
  view.setUint16(start + 8, Math.min(count, IN_ZIP64.u16), true);
  view.setUint16(start + 10, Math.min(count, IN_ZIP64.u16), true);
  view.setUint32(start + 12, Math.min(size, IN_ZIP64.u32), true);
  view.setUint32(start + 16, Math.min(offset, IN_ZIP64.u32), true);
  return end;
}
