import { FileError } from '../file-error.ts';

/** Size in bytes of a header; contents are filled up to a multiple of it. */
export const BLOCK = 512;

/** Header of an entry in a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"). */
export interface TarHeader {
  /** Path of the entry, unless attributes before it contain another. */
  readonly path: string;
  readonly size: number;
  /** Type of the entry: `0` for a file, `5` for a folder, `x` and `L` for attributes of the next entry, … */
  readonly type: string;
}

/**
 * Decodes the header in a block of 512 bytes; returns null for an empty block, which ends the archive.
 *
 * @throws FileError `corrupt` if the checksum is wrong
 */
export function decodeHeader(block: Uint8Array, source: string, position: number): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  const corrupt = (problem: string): FileError =>
    new FileError(
      'corrupt',
      `Cannot read ${source} as a tar archive: ${problem} at byte ${position}. Check the format, or download it again.`,
      { data: { source, position } },
    );
  const sum = block.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (numberAt(block, 148, 8) !== sum) throw corrupt('the checksum of a header is wrong');
  const size = numberAt(block, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) throw corrupt('the size of a file is invalid');
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156]);
  const isUstar = textAt(block, 257, 6).startsWith('ustar');
  const prefix = isUstar ? textAt(block, 345, 155) : '';
  // The old GNU format stores times where ustar stores the prefix.
  const isGnu = textAt(block, 257, 8) === 'ustar  ';
  const name = textAt(block, 0, 100);
  return { path: prefix === '' || isGnu ? name : `${prefix}/${name}`, size, type };
}

/** Whether an entry is a file, rather than a folder, a link or a device. */
export const isFile = ({ type }: TarHeader): boolean => type === '0' || type === '7';

/** Returns a path without a leading `/` or `./`. */
export const withoutRoot = (path: string): string => path.replace(/^(\.?\/)+/, '');

function textAt(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Reads an octal number, or, as GNU tar writes large ones, a binary number whose first byte is 0x80. */
function numberAt(block: Uint8Array, start: number, length: number): number {
  const field = block.subarray(start, start + length);
  if (field[0] === 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
  const text = textAt(block, start, length).trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}
