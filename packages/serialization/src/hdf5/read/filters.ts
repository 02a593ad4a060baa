import { unzlibSync } from 'fflate';
import { corruptHdf5, unsupportedHdf5 } from '../hdf5-errors.ts';
import { adler32, fletcher32 } from './checksums.ts';
import type { Reader } from './reader.ts';

/** Names of unsupported filters by id, for error messages. */
const NAMES: Readonly<Record<number, string>> = {
  4: 'szip',
  5: 'nbit',
  6: 'scaleoffset',
  305: 'LZO',
  307: 'bzip2',
  32000: 'LZF',
  32001: 'Blosc',
  32004: 'LZ4',
  32008: 'bitshuffle',
  32013: 'ZFP',
  32015: 'Zstandard',
};

/** Size in bytes of the header and checksum of zlib data. */
const ZLIB_BYTES = 6;

/** A filter: one step of compressing the chunks of a dataset. */
export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

/** Properties of the chunks of a dataset. */
export interface ChunkFacts {
  readonly source: string;
  readonly path: string;
  readonly elementSize: number;
  /** Size of a decompressed chunk in bytes. */
  readonly size: number;
}

/**
 * Reads a filter pipeline message (HDF5 File Format Specification 3.0, IV.A.2.l).
 *
 * @throws FileError `unsupported` for filters other than gzip, shuffle and fletcher32
 */
export function readFilters(body: Reader, path: string): readonly Filter[] {
  const { name } = body.file;
  const version = body.u8();
  const count = body.u8();
  if (version !== 1 && version !== 2) throw unsupportedHdf5(name, `filter pipeline version ${version}`, { version });
  if (version === 1) body.skip(6);
  const filters: Filter[] = [];
  for (let i = 0; i < count; i++) {
    const id = body.u16();
    const nameLength = version === 1 || id >= 256 ? body.u16() : 0;
    body.skip(2);
    const valueCount = body.u16();
    body.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = new Array(valueCount).fill(0).map(() => body.u32());
    if (version === 1 && valueCount % 2 === 1) body.skip(4);
    if (id < 1 || id > 3) {
      const filter = NAMES[id] ?? `filter ${id}`;
      throw unsupportedHdf5(name, `compression with ${filter} in dataset '${path}'`, { dataset: path, filter: id });
    }
    filters.push({ id, values });
  }
  return filters;
}

/**
 * Decompresses a chunk by undoing its filters, last to first.
 *
 * @param mask bits of the filters that this chunk skips
 * @throws FileError `corrupt`
 */
export function unpackChunk(
  facts: ChunkFacts,
  packed: Uint8Array<ArrayBuffer>,
  filters: readonly Filter[],
  mask: number,
): Uint8Array<ArrayBuffer> {
  let bytes = packed;
  // Each filter may have added a checksum of four bytes after the elements.
  const largest = facts.size + 4 * filters.length;
  for (let i = filters.length - 1; i >= 0; i--) {
    if ((mask & (1 << i)) !== 0) continue;
    const { id, values } = filters[i];
    if (id === 1) bytes = inflate(facts, bytes, largest);
    else if (id === 2) bytes = unshuffle(bytes, values[0] ?? facts.elementSize);
    else bytes = checked(facts, bytes);
  }
  if (bytes.length === facts.size) return bytes;
  throw damaged(facts, `has ${bytes.length} bytes, expected ${facts.size}`);
}

function inflate(facts: ChunkFacts, packed: Uint8Array, largest: number): Uint8Array<ArrayBuffer> {
  if (packed.length < ZLIB_BYTES) throw damaged(facts, 'is truncated');
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    // unzlibSync drops output beyond the buffer. The extra byte shows that there was too much.
    bytes = unzlibSync(packed, { out: new Uint8Array(largest + 1) });
  } catch (error) {
    throw damaged(facts, `cannot be decompressed (${error instanceof Error ? error.message : String(error)})`);
  }
  const { length } = packed;
  const stored = new DataView(packed.buffer, packed.byteOffset, length).getUint32(length - 4);
  if (bytes.length <= largest && stored === adler32(bytes)) return bytes;
  throw damaged(facts, 'has a wrong checksum');
}

/** Undoes the shuffle filter, which stores the first bytes of all elements, then all second bytes, and so on. */
function unshuffle(bytes: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  if (size <= 1) return bytes;
  const count = Math.floor(bytes.length / size);
  const result = bytes.slice();
  for (let part = 0; part < size; part++) {
    for (let i = 0; i < count; i++) result[i * size + part] = bytes[part * count + i];
  }
  return result;
}

function checked(facts: ChunkFacts, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length < 4) throw damaged(facts, 'lacks its checksum');
  const elements = bytes.subarray(0, -4);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + elements.length, 4).getUint32(0, true);
  const found = fletcher32(elements);
  // HDF5 before 1.6.3 may have swapped the bytes of each 16-bit half of the checksum.
  const swapped = (((found & 0x00ff00ff) << 8) | ((found >>> 8) & 0x00ff00ff)) >>> 0;
  if (stored === found || stored === swapped) return elements;
  throw damaged(facts, 'has a wrong checksum');
}

function damaged({ source, path }: ChunkFacts, problem: string): Error {
  return corruptHdf5(source, `a chunk of dataset '${path}' ${problem}`, { dataset: path });
}
