/** A file in a ZIP archive, as listed in its directory. */
export interface ZipEntry {
  /** Path of the file in the archive, with slashes. */
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  /** Size of the file after decompression, in bytes. */
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  /** Position of the file's local header in the archive. */
  readonly offset: number;
}

/** Signatures of the parts of a ZIP archive: APPNOTE 6.3.10, section 4.3. */
export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/**
 * Reports whether bytes start with the signature of a ZIP archive: a file, or the end of an empty archive.
 *
 * @example
 * ```ts
 * import { isZipFile } from '@manabi/files/internal';
 *
 * console.log(isZipFile(Uint8Array.of(0x50, 0x4b, 3, 4))); // true
 * ```
 */
export function isZipFile(bytes: Uint8Array): boolean {
  const begins = (signature: number): boolean =>
    [0, 1, 2, 3].every((i) => bytes[i] === ((signature >>> (8 * i)) & 0xff));
  return begins(signatures.local) || begins(signatures.end);
}

/** Sizes in bytes of the fixed-size parts of a ZIP archive. */
export const sizes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

/** Marker values of 32-bit and 16-bit ZIP fields whose actual value is in the ZIP64 field. */
export const IN_ZIP64 = { u32: 0xffffffff, u16: 0xffff } as const;

/** Largest compression ratio of deflate, in which two bits can encode 258 bytes. */
export const LARGEST_RATIO = 1032;
