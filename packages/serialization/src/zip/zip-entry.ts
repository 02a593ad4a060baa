/** A file in an archive. */
export interface ZipEntry {
  /** Folders and name, with slashes. */
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  /** Bytes when unpacked. */
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Signatures of the parts of an archive: APPNOTE 6.3.10, section 4.3. */
export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
} as const;

/** Returns whether bytes begin as an archive does: with a file, or with the end of an empty one. */
export function isZipFile(bytes: Uint8Array): boolean {
  const begins = (signature: number): boolean =>
    [0, 1, 2, 3].every((i) => bytes[i] === ((signature >>> (8 * i)) & 0xff));
  return begins(signatures.local) || begins(signatures.end);
}

/** Bytes of the parts of an archive that have a fixed size. */
export const sizes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

/** A field of 32 or 16 bits that says: look into the ZIP64 field. */
export const IN_ZIP64 = { u32: 0xffffffff, u16: 0xffff } as const;

/** Deflate makes a byte of no more than these: two bits for a copy of 258. */
export const LARGEST_RATIO = 1032;
