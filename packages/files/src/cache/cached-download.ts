import { type KindsOf, optional, readArgument, readOptions, text } from '@manabi/errors';
import { throwIfAborted } from '../abort.ts';
import { checksumError } from '../checksum.ts';
import type { TransferOptions } from '../http/transfer.ts';
import type { FileSource } from '../kinds.ts';
import { limitKind, progressKind, requestKinds, sha256Kind, sourceKind } from '../kinds.ts';
import { hasNode } from '../node.ts';
import { openStream } from '../read.ts';
import { sha256OfStream } from '../sha256.ts';
import { locate, nameOf } from '../source.ts';
import { cacheDirectory, downloadToDirectory } from './cache-directory.ts';
import { downloadToCacheStorage } from './cache-storage.ts';

/** Options of `cachedDownload`. */
export interface CachedDownloadOptions extends TransferOptions {
  /** Folder for downloads in Node (default: `cacheDirectory()`). */
  readonly cacheDirectory?: string;
}

const kinds = {
  ...requestKinds,
  sha256: optional(sha256Kind),
  maxBytes: optional(limitKind),
  onProgress: optional(progressKind),
  cacheDirectory: optional(text),
} satisfies KindsOf<CachedDownloadOptions>;

/**
 * Downloads a file once and returns the cached copy afterwards. In Node, the copy is kept in a folder, and an
 * interrupted, aborted or killed download continues where it stopped. In a web page, the copy is kept in the browser's
 * cache storage. A copy whose SHA-256 differs from `options.sha256` is downloaded again, and rejected if it still
 * differs.
 *
 * Without `sha256`, every call asks the server whether the copy is current (by `ETag` or `Last-Modified`), and
 * downloads the file again if the copy is outdated or the server does not support this check. In a web page, the
 * browser's HTTP cache does this.
 *
 * @param source an http(s) URL; any other source is returned unchanged after its SHA-256 was verified, if given
 * @returns a source to read: a path in Node, a blob in a web page
 * @throws FileError `http`, `network`, `truncated`, `checksum`, `tooLarge`, `aborted`, `noSpace`, `permission`
 * @example
 * ```ts no-run
 * const file = await cachedDownload('https://example.org/cifar10.bin.gz', { onProgress: console.log });
 * const bytes = await decompress(await readBytes(file));
 * ```
 */
export async function cachedDownload(source: FileSource, options: CachedDownloadOptions = {}): Promise<FileSource> {
  readArgument('cachedDownload', 'source', source, sourceKind);
  readOptions('cachedDownload', options, kinds);
  const location = await locate(source);
  throwIfAborted(options.signal, location.name);
  if (location.kind !== 'url' || !/^https?:/i.test(location.url)) {
    if (options.sha256 !== undefined) await verify(source, options.sha256, options.signal);
    return source;
  }
  const { url, name } = location;
  return hasNode
    ? downloadToDirectory(url, name, options, options.cacheDirectory ?? (await cacheDirectory()))
    : downloadToCacheStorage(url, name, options, globalThis.caches);
}

async function verify(source: FileSource, expected: string, signal: AbortSignal | undefined): Promise<void> {
  const got = await sha256OfStream(await openStream(source, { signal }));
  if (got !== expected.toLowerCase()) throw checksumError(nameOf(source), expected, got);
}
