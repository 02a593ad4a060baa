import { FileError } from '@manabi/files';
import { crc32c, masked } from './crc32c.ts';
import { unsnappy } from './snappy.ts';

const FOOTER_BYTES = 48;
const MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];

/** Position of a block in a table. */
interface Block {
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads all entries of a table in LevelDB's format (https://github.com/google/leveldb/blob/main/doc/table_format.md), in which
 * TensorFlow stores the index of a checkpoint. Blocks may be compressed with Snappy; their checksums are verified. A key is a
 * binary string, with one character per byte.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function readTable(
  bytes: Uint8Array<ArrayBuffer>,
  source: string,
): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const corrupt = (problem: string): FileError =>
    new FileError(
      'corrupt',
      `Cannot read ${source} as the index of a checkpoint: ${problem}. Save or download it again.`,
      {
        data: { source },
      },
    );
  const footer = bytes.length - FOOTER_BYTES;
  if (footer < 0 || !MAGIC.every((byte, i) => bytes[bytes.length - 8 + i] === byte)) {
    throw corrupt('it does not end like a table');
  }
  const varint = (from: Uint8Array, at: number): readonly [value: number, end: number] => {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = from[at + i];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return [value, at + i + 1];
    }
    throw corrupt('it has an invalid number');
  };
  const blockAt = (from: Uint8Array, at: number): readonly [block: Block, end: number] => {
    const [offset, middle] = varint(from, at);
    const [size, end] = varint(from, middle);
    return [{ offset, size }, end];
  };
  const contentOf = ({ offset, size }: Block): Uint8Array<ArrayBuffer> => {
    const end = offset + size;
    if (end + 5 > footer) throw corrupt('a block exceeds the file');
    const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end + 1, true);
    if (masked(crc32c(bytes.subarray(offset, end + 1))) !== stored) throw corrupt('a block has the wrong checksum');
    const content = bytes.subarray(offset, end);
    if (bytes[end] === 0) return content;
    const unpacked = bytes[end] === 1 ? unsnappy(content) : null;
    if (unpacked === null) throw corrupt('a block is compressed in an unknown way');
    return unpacked;
  };
  const entriesOf = function* (block: Uint8Array<ArrayBuffer>): Generator<[string, Uint8Array<ArrayBuffer>]> {
    if (block.length < 4) throw corrupt('a block is too short');
    const restarts = new DataView(block.buffer, block.byteOffset, block.length).getUint32(block.length - 4, true);
    const end = block.length - 4 - 4 * restarts;
    if (end < 0) throw corrupt('a block is too short');
    let key = '';
    for (let at = 0; at < end; ) {
      const [shared, a] = varint(block, at);
      const [rest, b] = varint(block, a);
      const [length, c] = varint(block, b);
      if (shared > key.length || c + rest + length > end) throw corrupt('an entry exceeds its block');
      key = key.slice(0, shared) + binary(block.subarray(c, c + rest));
      yield [key, block.subarray(c + rest, c + rest + length)];
      at = c + rest + length;
    }
  };
  const [, index] = blockAt(bytes, footer);
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  const visited = new Set<number>();
  for (const [, handle] of entriesOf(contentOf(blockAt(bytes, index)[0]))) {
    const [block] = blockAt(handle, 0);
    // Blocks do not overlap, so the size of all entries is limited by the size of the file.
    if (visited.has(block.offset)) throw corrupt('a block is listed twice');
    visited.add(block.offset);
    for (const [key, value] of entriesOf(contentOf(block))) entries.set(key, value);
  }
  return entries;
}

/** Returns bytes as a string with one character per byte. */
export function binary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
