import { createHash } from 'node:crypto';
import { link as hardLink, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cacheDirectory, cachedDownload, type FileSource, readBytes, sha256 } from '../index.ts';
import { breakOff, patternBytes, serveBytes, startServer, type TestServer } from '../server.fixture.ts';
import { temporaryFolder } from '../temporary-folder.fixture.ts';
import { downloadToCacheStorage } from './cache-storage.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
const bytes = patternBytes(1_000_000);
let checksum = '';
let server: TestServer;
let answer: Parameters<typeof startServer>[0];
let folder = '';
let count = 0;

beforeAll(async () => {
  checksum = await sha256(bytes);
  server = await startServer((request, response) => answer(request, response));
});
afterAll(() => server.close());
beforeEach(() => {
  answer = (request, response) => serveBytes(request, response, bytes);
  server.requests.length = 0;
  folder = inFolder(`cache-${count++}`);
});

const url = () => `${server.base}/data/pattern.bin`;
const download = (options: Parameters<typeof cachedDownload>[1] = {}) =>
  cachedDownload(url(), { cacheDirectory: folder, ...options });
const isWhole = async (source: FileSource) => Buffer.compare(await readBytes(source), bytes) === 0;
/**
 * Matches the `range` header of the request that resumes a download. The position in it varies, because the last bytes
 * sent before the connection broke may not have arrived.
 */
const RANGE: unknown = expect.stringMatching(/^bytes=\d+-$/);
/** Lists the names of the files in a folder, except those of the JSON files with metadata. */
const filesIn = async (path: string) => (await readdir(path)).filter((name) => !name.endsWith('.json'));
const ranges = () => server.requests.map(({ headers }) => headers.range);

/** Breaks the connection of the first request after `length` bytes, and answers later requests with `next`. */
function breakFirst(length: number, next = answer, tag?: string): void {
  answer = (_, response) => {
    answer = next;
    breakOff(response, bytes, length, tag);
  };
}

/** Starts a download and aborts it after `length` bytes. */
async function abortAfter(length: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ received }: { received: number }) => {
    if (received >= length) controller.abort();
  };
  await expect(download({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'aborted' });
}

describe('cachedDownload in Node', () => {
  test('verifies an MD5, and uses the cached copy without asking the server', async () => {
    const md5 = createHash('md5').update(bytes).digest('hex');
    expect(await isWhole(await download({ md5 }))).toBe(true);
    expect(await isWhole(await download({ md5: md5.toUpperCase() }))).toBe(true);
    expect(server.requests).toHaveLength(1);
    await expect(download({ md5: '0'.repeat(32) })).rejects.toMatchObject({ code: 'checksum', data: { got: md5 } });
  });

  test('replaces a damaged copy whose MD5 differs', async () => {
    const md5 = createHash('md5').update(bytes).digest('hex');
    const path = await download({ md5 });
    await writeFile(String(path), 'damaged');
    expect(await isWhole(await download({ md5 }))).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test('downloads a file once, and keeps only this file, under a name that ends like the URL', async () => {
    const first = await download({ sha256: checksum });
    expect(await isWhole(first)).toBe(true);
    expect(await download({ sha256: checksum })).toBe(first);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{16}-pattern\.bin$/)]);
  });

  test('stores URLs with different queries separately', async () => {
    const one = await cachedDownload(`${url()}?v=1`, { cacheDirectory: folder });
    expect(await cachedDownload(`${url()}?v=2`, { cacheDirectory: folder })).not.toBe(one);
  });

  test('resumes a download where the connection broke', async () => {
    breakFirst(400_000);
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, RANGE]);
    expect(server.requests[1].headers['if-range']).toBe('"one"');
  });

  test('resumes an aborted download in a later call', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    const left = (await readFile(join(folder, name))).length;
    expect(left).toBeGreaterThan(0);
    const progress: number[] = [];
    expect(await isWhole(await download({ onProgress: ({ received }) => progress.push(received) }))).toBe(true);
    expect(ranges()).toEqual([undefined, left === bytes.length ? expect.anything() : `bytes=${left}-`]);
    expect(progress[0]).toBeGreaterThan(left);
    expect(await filesIn(folder)).toHaveLength(1);
  });

  test('restarts a broken download when the file on the server has changed', async () => {
    breakFirst(400_000, answer, '"zero"');
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, RANGE, undefined].slice(0, server.requests.length));
  });

  test('restarts a broken download when the server sends neither ETag nor Last-Modified', async () => {
    answer = (request, response) => {
      response.setHeader('content-length', bytes.length);
      if (server.requests.length > 1) response.end(bytes);
      else response.write(bytes.subarray(0, 400_000), () => request.socket.end());
    };
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, undefined]);
  });

  test('restarts a resumed download when its checksum is wrong', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name), new Uint8Array(500_000));
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
  });

  test('restarts a download when the partial file is longer than the file on the server', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name), new Uint8Array(1_500_000));
    expect(await isWhole(await download())).toBe(true);
  });

  test('rejects a file with a wrong SHA-256 and deletes it', async () => {
    await expect(download({ sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'checksum',
      data: { source: url(), expected: '0'.repeat(64), got: checksum },
    });
    expect((await readdir(folder)).filter((file) => !file.endsWith('.json'))).toEqual([]);
  });

  test('downloads a file again when the cached copy is damaged', async () => {
    const path = await download();
    await writeFile(String(path), 'damaged');
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
  });

  test('without a checksum, asks the server whether the cached copy is current', async () => {
    const path = await download();
    expect(await download()).toBe(path);
    expect(await isWhole(path)).toBe(true);
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"one"']);
    const other = patternBytes(500_000).reverse();
    answer = (request, response) => serveBytes(request, response, other, '"two"');
    expect(Buffer.compare(await readBytes(await download()), other)).toBe(0);
    expect(server.requests).toHaveLength(3);
  });

  test('without a checksum, downloads a file again if the cached copy is damaged or the server sends neither ETag nor Last-Modified', async () => {
    const path = String(await download());
    const damaged = await readFile(path);
    damaged[1000] ^= 1;
    await writeFile(path, damaged);
    expect(await isWhole(await download())).toBe(true);
    answer = (_, response) => response.end(bytes);
    await rm(path);
    await download();
    server.requests.length = 0;
    expect(await isWhole(await download())).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  test('uses a cached copy offline only if a checksum is given', async () => {
    await download();
    answer = (_, response) => response.writeHead(503).end();
    await expect(download({ retries: 0 })).rejects.toMatchObject({ code: 'http', data: { status: 503 } });
    const path = await download({ sha256: checksum });
    answer = (_, response) => response.writeHead(404).end();
    expect(await download({ sha256: checksum })).toBe(path);
  });

  test('neither reads nor writes through links that other users put into the cache folder', async () => {
    const victim = inFolder(`victim-${count}`);
    await writeFile(victim, 'mine');
    const path = String(await download());
    const link = async (to: string) => {
      await rm(to, { recursive: true, force: true });
      await symlink(victim, to);
    };
    for (const name of [path, `${path}.partial`, `${path}.partial.json`, `${path}.json`]) await link(name);
    expect(await isWhole(await download())).toBe(true);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await lstat(path)).isFile()).toBe(true);
    await rm(path);
    await hardLink(victim, `${path}.partial`);
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    await rm(path);
    await mkdir(`${path}.partial`);
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
  });

  test('retries a request to a busy server at most `retries` times', async () => {
    let busy = 2;
    const good = answer;
    answer = (request, response) => {
      if (busy-- > 0) response.writeHead(503).end();
      else good(request, response);
    };
    expect(await isWhole(await download())).toBe(true);
    expect(server.requests).toHaveLength(3);
    answer = (_, response) => response.writeHead(503).end();
    await expect(cachedDownload(`${url()}?busy`, { cacheDirectory: folder, retries: 1 })).rejects.toMatchObject({
      code: 'http',
      data: { status: 503 },
    });
  });

  test('does not retry a request after a permanent failure', async () => {
    answer = (_, response) => response.writeHead(404).end();
    await expect(download()).rejects.toMatchObject({ code: 'http', data: { status: 404 } });
    expect(server.requests).toHaveLength(1);
  });

  test('rejects a file larger than maxBytes before the transfer', async () => {
    await expect(download({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('supports concurrent downloads of one file', async () => {
    const paths = await Promise.all([download(), download(), download()]);
    expect(new Set(paths).size).toBe(1);
    expect(await isWhole(paths[0])).toBe(true);
    expect(await filesIn(folder)).toHaveLength(1);
  });

  test('resumes a partial file whose lock belongs to a process that has ended', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name.replace('.partial', '.lock')), '999999999');
    expect(await isWhole(await download())).toBe(true);
    expect(await filesIn(folder)).toHaveLength(1);
  });

  test('returns sources other than http(s) URLs unchanged, after verifying their checksum', async () => {
    const blob = new Blob([bytes]);
    expect(await cachedDownload(blob, { sha256: checksum })).toBe(blob);
    await expect(cachedDownload(blob, { sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'checksum' });
  });
});

describe('cacheDirectory', () => {
  const before = process.env.MANABI_CACHE;
  afterEach(() => {
    if (before === undefined) delete process.env.MANABI_CACHE;
    else process.env.MANABI_CACHE = before;
  });

  test('returns the value of MANABI_CACHE if set, otherwise a folder in the user’s cache folder', async () => {
    process.env.MANABI_CACHE = folder;
    expect(await cacheDirectory()).toBe(folder);
    expect(String(await cachedDownload(url())).startsWith(folder)).toBe(true);
    delete process.env.MANABI_CACHE;
    expect(await cacheDirectory()).toContain('manabi');
  });
});

describe('downloadToCacheStorage in web pages', () => {
  /** Creates an in-memory substitute for the `caches` object of web pages, with the methods that this package calls. */
  function memoryStorage(put?: (url: string) => void): CacheStorage {
    const entries = new Map<string, Blob>();
    const cache: Partial<Cache> = {
      match: async (key) => {
        const blob = entries.get(String(key));
        return blob === undefined ? undefined : new Response(blob);
      },
      put: async (key, response) => {
        put?.(String(key));
        entries.set(String(key), await response.blob());
      },
      delete: async (key) => entries.delete(String(key)),
    };
    return { open: async () => cache } as unknown as CacheStorage;
  }

  test('downloads a file once, and verifies the cached copy in later calls', async () => {
    const storage = memoryStorage();
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', { sha256: checksum }, storage))).toBe(true);
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', { sha256: checksum }, storage))).toBe(true);
    expect(server.requests).toHaveLength(1);
    const another = { sha256: '0'.repeat(64) };
    await expect(downloadToCacheStorage(url(), 'x', another, storage)).rejects.toMatchObject({ code: 'checksum' });
  });

  test('does not store files without a checksum, because the HTTP cache of the browser keeps them', async () => {
    const storage = memoryStorage(() => {
      throw new Error('nothing is kept');
    });
    for (const round of [1, 2]) {
      expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, storage))).toBe(true);
      expect(server.requests).toHaveLength(round);
    }
  });

  test('resumes a download where the connection broke', async () => {
    breakFirst(400_000);
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, memoryStorage()))).toBe(true);
    expect(ranges()).toEqual([undefined, RANGE]);
  });

  test('downloads without caching if cache storage is unavailable or full', async () => {
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, undefined))).toBe(true);
    const full = memoryStorage(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', { sha256: checksum }, full))).toBe(true);
  });
});
