import { checksumError } from './checksum.ts';
import { fileErrorFrom } from './file-error.ts';
import { nodeModule } from './node.ts';
import { openPartial } from './partial-file.ts';
import { takeLock } from './process-lock.ts';
import { streamPath } from './read-path.ts';
import { sha256, sha256OfStream } from './sha256.ts';
import { type TransferOptions, transfer } from './transfer.ts';

/**
 * The folder in which downloads are kept: `MANABI_CACHE` if that variable is set, or else `manabi` in the user's folder
 * for caches. It may be deleted at any time.
 *
 * @throws FileError `unsupported` in pages
 * @example `console.log(await cacheDirectory()) // /home/ada/.cache/manabi`
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

/** The path of the file behind a URL in a folder of downloads: there already, or else downloaded, or its rest. */
export async function downloadToDirectory(
  url: string,
  name: string,
  options: TransferOptions,
  folder: string,
): Promise<string> {
  const { mkdir, stat, rename, rm } = await nodeModule('fs/promises');
  const { join } = await nodeModule('path');
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileErrorFrom(error, 'create', folder);
  });
  const path = join(folder, await cacheName(url));
  const isThere = await stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
  if (isThere) {
    if (options.sha256 === undefined || (await sha256OfPath(path, options.signal)) === options.sha256.toLowerCase()) {
      return path;
    }
    await rm(path, { force: true });
  }
  const lock = await takeLock(`${path}.lock`);
  const partial = lock === undefined ? `${path}.${crypto.randomUUID()}.partial` : `${path}.partial`;
  try {
    await downloadToPartial(url, name, partial, options);
    await rename(partial, path).catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
    await rm(`${partial}.json`, { force: true });
    return path;
  } finally {
    if (lock === undefined) await Promise.all([partial, `${partial}.json`].map((file) => rm(file, { force: true })));
    await lock?.release();
  }
}

/** Completes a partial file and checks it. One that was put together in several calls and is wrong is fetched anew. */
async function downloadToPartial(url: string, name: string, partial: string, options: TransferOptions): Promise<void> {
  const { rm } = await nodeModule('fs/promises');
  const sink = await openPartial(partial);
  const wasResumed = sink.received > 0;
  try {
    await transfer(url, name, sink, options);
    await sink.sync();
  } finally {
    await sink.close();
  }
  if (options.sha256 === undefined) return;
  const got = await sha256OfPath(partial, options.signal);
  if (got === options.sha256.toLowerCase()) return;
  await rm(partial, { force: true });
  if (!wasResumed) throw checksumError(name, options.sha256, got);
  await downloadToPartial(url, name, partial, options);
}

/** A name that tells people which file it is, and is another one for each URL. */
async function cacheName(url: string): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(url));
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return `${hash.slice(0, 16)}-${last.replace(/[^\w.-]+/g, '_').slice(-80)}`;
}

async function sha256OfPath(path: string, signal: AbortSignal | undefined): Promise<string> {
  return sha256OfStream((await streamPath(path, undefined, signal)).stream);
}
