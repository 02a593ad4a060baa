import { readArgument, text } from '@manabi/errors';
import { FileError } from './file-error.ts';
import { bytesKind, sha256Kind } from './kinds.ts';
import { sha256 } from './sha256.ts';

/**
 * Throws if the SHA-256 of the given bytes differs from the expected one.
 *
 * @param expected the expected SHA-256 in hexadecimal, upper or lower case
 * @param name name of the source of the bytes, for the error message
 * @throws FileError `checksum` with `expected` and `got` in its data
 * @example
 * ```ts
 * import { verifyChecksum } from '@manabi/files';
 *
 * const checksum = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
 * await verifyChecksum(new TextEncoder().encode('abc'), checksum, 'abc.txt');
 * console.log('abc.txt is complete'); // abc.txt is complete
 * ```
 */
export async function verifyChecksum(bytes: Uint8Array<ArrayBuffer>, expected: string, name: string): Promise<void> {
  readArgument('verifyChecksum', 'bytes', bytes, bytesKind);
  readArgument('verifyChecksum', 'expected', expected, sha256Kind);
  readArgument('verifyChecksum', 'name', name, text);
  const got = await sha256(bytes);
  if (got !== expected.toLowerCase()) throw checksumError(name, expected, got);
}

/** Returns the error for a file whose checksum differs from the expected one. */
export function checksumError(name: string, expected: string, got: string, kind = 'SHA-256'): FileError {
  return new FileError(
    'checksum',
    `${name} has the wrong ${kind}: expected ${expected.toLowerCase()}, got ${got}. The file was changed or damaged; download it again, or correct the expected ${kind}.`,
    { data: { source: name, expected: expected.toLowerCase(), got } },
  );
}
