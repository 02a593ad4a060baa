import { type KindsOf, optional, readArgument, readOptions, text } from '@manabi/errors';
import { throwIfAborted } from '../abort.ts';
import { checksumProblem, expectsChecksum } from '../expected-checksums.ts';
import type { TransferOptions } from '../http/transfer.ts';
import type { FileSource } from '../kinds.ts';
import { limitKind, md5Kind, progressKind, requestKinds, sha256Kind, sourceKind } from '../kinds.ts';
import { hasNode } from '../node.ts';
import { openStream } from '../read.ts';
import { locate } from '../source.ts';
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
  md5: optional(md5Kind),
  maxBytes: optional(limitKind),
  onProgress: optional(progressKind),
  cacheDirectory: optional(text),
} satisfies KindsOf<CachedDownloadOptions>;

/**
 * Downloads a file once and returns the cached copy afterwards. In Node, the copy is kept in a folder, and an
 * interrupted, aborted or killed download continues where it stopped. In a web page, the copy is kept in the browser's
 * cache storage. A copy whose checksum differs from `options.sha256` or `options.md5` is downloaded again, and rejected
 * if it still differs.
 *
 * Without a checksum, every call asks the server whether the copy is current (by `ETag` or `Last-Modified`), and
 * downloads the file again if the copy is outdated or the server does not support this check. In a web page, the
 * browser's HTTP cache does this.
 *
 * @param source an http(s) URL; any other source is returned unchanged after its checksum was verified, if given
 * @returns a source to read: a path in Node, a blob in a web page
 * @throws FileError `http`, `network`, `truncated`, `checksum`, `tooLarge`, `aborted`, `noSpace`, `permission`
 * @example
 * ```ts no-run
 * import { cachedDownload, decompress, readBytes } from '@manabi/files';
 *
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
    if (!expectsChecksum(options)) return source;
    const problem = await checksumProblem(location.name, options, () => openStream(source, { signal: options.signal }));
    if (problem !== undefined) throw problem;
    return source;
  }
  const { url, name } = location;
  return hasNode
    ? downloadToDirectory(url, name, options, options.cacheDirectory ?? (await cacheDirectory()))
    : downloadToCacheStorage(url, name, options, globalThis.caches);
}
