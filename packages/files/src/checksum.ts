import { readArgument, text } from '@manabi/errors';
import { FileError } from './file-error.ts';
import { bytesKind, sha256Kind } from './kinds.ts';
import { sha256 } from './sha256.ts';

/**
 * Checks bytes against the SHA-256 that they should have.
 *
 * @param expected the SHA-256 in hexadecimal, in either case
 * @throws FileError `checksum` with `expected` and `got` in its data
 * @example `await verifyChecksum(bytes, '440fcabf73cc546f…', 'train-images')`
 */
export async function verifyChecksum(bytes: Uint8Array<ArrayBuffer>, expected: string, name: string): Promise<void> {
  readArgument('verifyChecksum', 'bytes', bytes, bytesKind);
  readArgument('verifyChecksum', 'expected', expected, sha256Kind);
  readArgument('verifyChecksum', 'name', name, text);
  const got = await sha256(bytes);
  if (got !== expected.toLowerCase()) throw checksumError(name, expected, got);
}

/** The error for bytes that are not the expected ones. */
export function checksumError(name: string, expected: string, got: string): FileError {
  return new FileError(
    'checksum',
    `${name} is not the file that was expected: its SHA-256 is ${got}, not ${expected.toLowerCase()}. It was changed or damaged; fetch it again.`,
    { data: { source: name, expected: expected.toLowerCase(), got } },
  );
}
