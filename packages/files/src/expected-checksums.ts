import { checksumError } from './checksum.ts';
import type { FileError } from './file-error.ts';
import type { ByteStream } from './kinds.ts';
import { sha256OfStream } from './sha256.ts';
import { chunksOf } from './stream.ts';

/** Checksums of a file that the caller expects. */
export interface ExpectedChecksums {
  readonly sha256?: string;
  readonly md5?: string;
}

/** Returns whether the caller expects a checksum, so that a cached file needs no confirmation by the server. */
export function expectsChecksum({ sha256, md5 }: ExpectedChecksums): boolean {
  return sha256 !== undefined || md5 !== undefined;
}

/**
 * Returns the error for the first checksum of a file that differs from the expected one; undefined if all are equal.
 *
 * @param open opens the file; called once for each checksum
 */
export async function checksumProblem(
  name: string,
  { sha256, md5 }: ExpectedChecksums,
  open: () => Promise<ByteStream>,
): Promise<FileError | undefined> {
  if (sha256 !== undefined) {
    const got = await sha256OfStream(await open());
    if (got !== sha256.toLowerCase()) return checksumError(name, sha256, got);
  }
  if (md5 === undefined) return undefined;
  const { createMd5 } = await import('./md5.ts');
  const hash = createMd5();
  for await (const chunk of chunksOf(await open())) hash.update(chunk);
  const got = hash.digest();
  return got === md5.toLowerCase() ? undefined : checksumError(name, md5, got, 'MD5');
}
