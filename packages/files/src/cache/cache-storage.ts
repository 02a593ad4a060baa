import { checksumProblem, expectsChecksum } from '../expected-checksums.ts';
import { type TransferOptions, type TransferSink, transfer } from '../http/transfer.ts';

/** Name of this package's cache in a page's `CacheStorage`. */
const CACHE_NAME = 'manabi';

/**
 * Returns the file at a URL as a blob. Reads it from the page's cache, or downloads it and adds it to the cache.
 *
 * @param storage the page's `caches`; undefined in pages that were not loaded over HTTPS, where nothing is cached
 */
export async function downloadToCacheStorage(
  url: string,
  name: string,
  options: TransferOptions,
  storage: CacheStorage | undefined,
): Promise<Blob> {
  // Only the server can confirm that a file without a checksum is current; the browser's own cache asks it.
  if (!expectsChecksum(options)) return downloadToBlob(url, name, { ...options, cache: 'no-cache' });
  const cache = await storage?.open(CACHE_NAME);
  const hit = await (await cache?.match(url))?.blob();
  if (hit !== undefined) {
    if ((await checksumProblem(name, options, async () => hit.stream())) === undefined) return hit;
    await cache?.delete(url);
  }
  const blob = await downloadToBlob(url, name, options);
  await cache?.put(url, new Response(blob, { headers: { 'content-length': String(blob.size) } })).catch(isFull);
  return blob;
}

async function downloadToBlob(
  url: string,
  name: string,
  options: TransferOptions & { readonly cache?: 'no-cache' },
): Promise<Blob> {
  const sink = memorySink();
  await transfer(url, name, sink, options);
  const blob = sink.blob();
  const problem = await checksumProblem(name, options, async () => blob.stream());
  if (problem !== undefined) throw problem;
  return blob;
}

/**
 * Ignores the error for a full cache, and throws all other errors. If the cache is full, the file is not stored, and
 * the next call downloads it again.
 */
function isFull(error: unknown): void {
  const isQuota = typeof error === 'object' && error !== null && 'name' in error && error.name === 'QuotaExceededError';
  if (!isQuota) throw error;
}

function memorySink(): TransferSink & { blob(): Blob } {
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  let validator: string | undefined;
  return {
    get received() {
      return received;
    },
    get validator() {
      return validator;
    },
    async append(chunk) {
      chunks.push(chunk);
      received += chunk.length;
    },
    async restart(version) {
      chunks = [];
      received = 0;
      validator = version;
    },
    blob: () => new Blob(chunks),
  };
}
