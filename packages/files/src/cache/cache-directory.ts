import { checksumProblem, type ExpectedChecksums, expectsChecksum } from '../expected-checksums.ts';
import { FileError, fileErrorFrom } from '../file-error.ts';
import { retried } from '../http/open-url.ts';
import { type Answer, request } from '../http/request.ts';
import { retryPolicy } from '../http/retry.ts';
import { type TransferOptions, transfer } from '../http/transfer.ts';
import type { ByteStream } from '../kinds.ts';
import { nodeModule } from '../node.ts';
import { takeLock } from '../process-lock.ts';
import { streamPath } from '../read-path.ts';
import { sha256, sha256OfStream } from '../sha256.ts';
import { type FileNote, readNote, writeNote } from './file-note.ts';
import { openPartial } from './partial-file.ts';

/**
 * Returns the path of the folder where downloads are kept: the value of the environment variable `MANABI_CACHE` if set,
 * otherwise the folder `manabi` in the user's cache folder. You may delete this folder at any time.
 *
 * @throws FileError `unsupported` in web pages
 * @example
 * ```ts node-only
 * import { cacheDirectory } from '@manabi/files';
 *
 * process.env.MANABI_CACHE = '/data/downloads';
 * console.log(await cacheDirectory()); // /data/downloads
 * ```
 */
export async function cacheDirectory(): Promise<string> {
  const { homedir } = await nodeModule('os');
  const { join } = await nodeModule('path');
  const { MANABI_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (MANABI_CACHE) return MANABI_CACHE;
  switch (process.platform) {
    case 'win32':
      return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'manabi', 'Cache');
    case 'darwin':
      return join(homedir(), 'Library', 'Caches', 'manabi');
    default:
      return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'manabi');
  }
}

/**
 * Returns the path of the cached file for a URL, and downloads the file or its missing bytes first if necessary. With
 * `options.sha256` or `options.md5`, a cached file is used if its checksum is equal. Without them, it is used if it is
 * undamaged and the server confirms that it is current.
 */
export async function downloadToDirectory(
  url: string,
  name: string,
  options: TransferOptions,
  folder: string,
): Promise<string> {
  const { mkdir, rename, rm } = await nodeModule('fs/promises');
  const { join } = await nodeModule('path');
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileErrorFrom(error, 'create', folder);
  });
  const path = join(folder, await cacheName(url));
  const check = await checkCached(url, name, path, options);
  if (check.isCurrent) return path;
  const lock = await takeLock(`${path}.lock`);
  const partial = lock === undefined ? `${path}.${crypto.randomUUID()}.partial` : `${path}.partial`;
  try {
    const note = await downloadToPartial(url, name, partial, options, check.answer);
    await rename(partial, path).catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
    // With a checksum, a later call verifies the file by it, so it needs no stored ETag.
    if (!expectsChecksum(options)) await writeNote(`${path}.json`, note);
    await rm(`${partial}.json`, { force: true });
    return path;
  } finally {
    if (lock === undefined) await Promise.all([partial, `${partial}.json`].map((file) => rm(file, { force: true })));
    await lock?.release();
  }
}

/**
 * Checks whether the cached file is current. If the server answers with a new version of the file, returns that
 * response as well.
 */
async function checkCached(
  url: string,
  name: string,
  path: string,
  options: TransferOptions,
): Promise<{ readonly isCurrent: boolean; readonly answer?: Answer }> {
  const { lstat, rm } = await nodeModule('fs/promises');
  const facts = await lstat(path).catch(() => undefined);
  if (facts === undefined) return { isCurrent: false };
  const note = await readNote(`${path}.json`);
  const expected: ExpectedChecksums = expectsChecksum(options) ? options : { sha256: note.sha256 };
  const isWhole =
    facts.isFile() &&
    expectsChecksum(expected) &&
    (await problemOf(path, name, expected, options.signal)) === undefined;
  if (!isWhole) {
    await rm(path, { recursive: true, force: true });
    return { isCurrent: false };
  }
  return expectsChecksum(options) ? { isCurrent: true } : revalidate(url, name, note, options);
}

/**
 * Asks the server whether its file still has the version of the cached copy, which the metadata beside the copy
 * records.
 */
async function revalidate(
  url: string,
  name: string,
  { etag, lastModified }: FileNote,
  options: TransferOptions,
): Promise<{ readonly isCurrent: boolean; readonly answer?: Answer }> {
  if (etag === undefined && lastModified === undefined) return { isCurrent: false };
  const condition: Record<string, string> =
    etag === undefined ? { 'if-modified-since': String(lastModified) } : { 'if-none-match': etag };
  const headers = { ...options.headers, ...condition };
  try {
    const tries = retryPolicy(url, name, options);
    const answer = await retried(tries, () => request(url, name, { ...options, headers }, [304]));
    if (answer.status !== 304) return { isCurrent: false, answer };
    await answer.body.cancel();
    return { isCurrent: true };
  } catch (error) {
    if (!(error instanceof FileError) || error.code === 'aborted') throw error;
    throw new FileError(
      error.code,
      `${error.message} The cached copy was not used because only the server can confirm that it is current; pass \`sha256\` to use it offline.`,
      { data: error.data, cause: error },
    );
  }
}

/**
 * Downloads the missing bytes of a partial file and verifies the checksum. If a resumed download has the wrong
 * checksum, downloads the whole file again.
 */
async function downloadToPartial(
  url: string,
  name: string,
  partial: string,
  options: TransferOptions,
  answer?: Answer,
): Promise<FileNote> {
  const { rm } = await nodeModule('fs/promises');
  const sink = await openPartial(partial);
  const wasResumed = sink.received > 0 && answer === undefined;
  try {
    await transfer(url, name, sink, options, answer);
    await sink.sync();
  } finally {
    await sink.close();
  }
  const problem = await problemOf(partial, name, options, options.signal);
  if (problem === undefined) {
    if (expectsChecksum(options)) return sink.note;
    return { ...sink.note, sha256: await sha256OfStream(await streamOf(partial, options.signal)) };
  }
  await rm(partial, { force: true });
  if (!wasResumed) throw problem;
  return downloadToPartial(url, name, partial, options);
}

/** Returns a file name that is unique per URL and ends with the file name in the URL, so that users recognize the file. */
async function cacheName(url: string): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(url));
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return `${hash.slice(0, 16)}-${last.replace(/[^\w.-]+/g, '_').slice(-80)}`;
}

function problemOf(path: string, name: string, expected: ExpectedChecksums, signal: AbortSignal | undefined) {
  return checksumProblem(name, expected, () => streamOf(path, signal));
}

async function streamOf(path: string, signal: AbortSignal | undefined): Promise<ByteStream> {
  return (await streamPath(path, undefined, signal)).stream;
}
