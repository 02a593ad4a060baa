import { readArgument, readOptions } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { verifyChecksum } from './checksum.ts';
import { openUrl, retried, sizeOfUrl } from './http/open-url.ts';
import { type RetryPolicy, retryPolicy } from './http/retry.ts';
import type { AccessOptions, ByteStream, FileSource, ReadOptions, RequestOptions, StreamOptions } from './kinds.ts';
import { accessKinds, readKinds, requestKinds, sourceKind, streamKinds } from './kinds.ts';
import { checkRange, outsideError } from './range.ts';
import { sizeOfPath, streamPath } from './read-path.ts';
import { type Location, locate, nameOf } from './source.ts';
import { collectBytes, tooLargeError } from './stream.ts';
import { decodeText } from './text.ts';

/** Opens a path, URL or blob as a stream. `size` is the number of bytes in the stream, if known. */
async function openLocation(
  location: Location,
  options: StreamOptions,
  tries?: RetryPolicy,
): Promise<{ stream: ByteStream; size: number | undefined }> {
  const { range, signal } = options;
  throwIfAborted(signal, location.name);
  if (range !== undefined) checkRange(range, location.name);
  switch (location.kind) {
    case 'path':
      return streamPath(location.path, range, signal);
    case 'url':
      return openUrl(location.url, location.name, range, options, tries);
    case 'blob': {
      const { start = 0, end = location.blob.size } = range ?? {};
      const { size } = location.blob;
      if (start > size || end > size) throw outsideError({ start, end }, size, location.name);
      return { stream: location.blob.slice(start, end).stream(), size: end - start };
    }
  }
}

/**
 * Opens a source as a stream that reads bytes only when they are requested. Cancelling the stream closes the file or
 * connection.
 *
 * @throws FileError `notFound`, `notAFile`, `permission`, `http`, `network`, `range`, `aborted`, `unsupported`
 * @example
 * ```ts
 * import { collectBytes, openStream } from '@manabi/files';
 *
 * const stream = await openStream(new Blob(['header and body']), { range: { start: 11 } });
 * console.log(new TextDecoder().decode(await collectBytes(stream))); // body
 * ```
 */
export async function openStream(source: FileSource, options: StreamOptions = {}): Promise<ByteStream> {
  readArgument('openStream', 'source', source, sourceKind);
  readOptions('openStream', options, streamKinds);
  const { stream } = await openLocation(await locate(source, options), options);
  return stream;
}

/**
 * Reads all bytes of a source, or a range of them.
 *
 * @throws FileError with the codes of `openStream`; `tooLarge` for more than `maxBytes` bytes; `checksum` if the
 * SHA-256 differs from `sha256`
 * @example
 * ```ts node-only
 * import { readBytes, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('data.bin', Uint8Array.of(10, 20, 30));
 * console.log([...(await readBytes('data.bin'))]); // [10, 20, 30]
 * console.log([...(await readBytes('data.bin', { range: { start: 1, end: 2 } }))]); // [20]
 * ```
 */
export async function readBytes(source: FileSource, options: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  return readAll('readBytes', source, options);
}

async function readAll(op: string, source: FileSource, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  readArgument(op, 'source', source, sourceKind);
  readOptions(op, options, readKinds);
  const { maxBytes, onProgress, signal, sha256 } = options;
  const location = await locate(source, options);
  const { name } = location;
  const read = async (tries?: RetryPolicy): Promise<Uint8Array<ArrayBuffer>> => {
    const { stream, size } = await openLocation(location, options, tries);
    if (maxBytes !== undefined && size !== undefined && size > maxBytes) {
      await stream.cancel();
      throw tooLargeError(name, maxBytes);
    }
    return collectBytes(stream, { maxBytes, expectedBytes: size, onProgress, signal, name });
  };
  // If the connection breaks and cannot be resumed, the source is read again from the start.
  const tries = location.kind === 'url' ? retryPolicy(location.url, name, options) : undefined;
  const bytes = tries === undefined ? await read() : await retried(tries, () => read(tries));
  if (sha256 !== undefined) await verifyChecksum(bytes, sha256, name);
  return bytes;
}

/**
 * Reads the text of a source. The text must be UTF-8; a byte order mark is dropped.
 *
 * @throws FileError the codes of `readBytes`; `corrupt` if the bytes are not UTF-8; `tooLarge` if strings cannot be so long
 * @example
 * ```ts node-only
 * import { readText, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('config.json', '{ "units": 10 }');
 * console.log(JSON.parse(await readText('config.json'))); // { units: 10 }
 * ```
 */
export async function readText(source: FileSource, options: ReadOptions = {}): Promise<string> {
  return decodeText(await readAll('readText', source, options), nameOf(source));
}

const sizeKinds = { ...requestKinds, ...accessKinds };

/**
 * Returns the size of a source in bytes without reading it.
 *
 * @throws FileError the codes of `openStream`; `http` if the server does not report the size
 * @example
 * ```ts
 * import { fileSize } from '@manabi/files';
 *
 * console.log(await fileSize(new Blob(['abc']))); // 3
 * ```
 */
export async function fileSize(source: FileSource, options: RequestOptions & AccessOptions = {}): Promise<number> {
  readArgument('fileSize', 'source', source, sourceKind);
  readOptions('fileSize', options, sizeKinds);
  const location = await locate(source, options);
  throwIfAborted(options.signal, location.name);
  switch (location.kind) {
    case 'path':
      return sizeOfPath(location.path);
    case 'url':
      return sizeOfUrl(location.url, location.name, options);
    case 'blob':
      return location.blob.size;
  }
}
