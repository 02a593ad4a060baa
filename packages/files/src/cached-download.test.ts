import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { downloadToCacheStorage } from './cache-storage.ts';
import { cacheDirectory, cachedDownload, type FileSource, readBytes, sha256 } from './index.ts';
import { breakOff, patternBytes, serveBytes, startServer, type TestServer } from './server.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

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
const ranges = () => server.requests.map(({ headers }) => headers.range);

/** Answers the first request with a part of the bytes, then as `next` says. */
function breakFirst(length: number, next = answer, tag?: string): void {
  answer = (_, response) => {
    answer = next;
    breakOff(response, bytes, length, tag);
  };
}

/** A download that is aborted as soon as it has `length` bytes. */
async function abortAfter(length: number): Promise<void> {
  const controller = new AbortController();
  const onProgress = ({ received }: { received: number }) => {
    if (received >= length) controller.abort();
  };
  await expect(download({ signal: controller.signal, onProgress })).rejects.toMatchObject({ code: 'aborted' });
}

describe('cachedDownload in Node', () => {
  test('downloads once, under a name that people know, and leaves nothing else', async () => {
    const first = await download({ sha256: checksum });
    expect(await isWhole(first)).toBe(true);
    expect(await download({ sha256: checksum })).toBe(first);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{16}-pattern\.bin$/)]);
  });

  test('keeps URLs that differ in their query apart', async () => {
    const one = await cachedDownload(`${url()}?v=1`, { cacheDirectory: folder });
    expect(await cachedDownload(`${url()}?v=2`, { cacheDirectory: folder })).not.toBe(one);
  });

  test('takes up a connection that breaks off where it ended', async () => {
    breakFirst(400_000);
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=400000-']);
    expect(server.requests[1].headers['if-range']).toBe('"one"');
  });

  test('goes on in a later call with what an aborted one left', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    const left = (await readFile(join(folder, name))).length;
    expect(left).toBeGreaterThan(0);
    const progress: number[] = [];
    expect(await isWhole(await download({ onProgress: ({ received }) => progress.push(received) }))).toBe(true);
    expect(ranges()).toEqual([undefined, left === bytes.length ? expect.anything() : `bytes=${left}-`]);
    expect(progress[0]).toBeGreaterThan(left);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('starts anew when the file has changed meanwhile', async () => {
    breakFirst(400_000, answer, '"zero"');
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=400000-', undefined].slice(0, server.requests.length));
  });

  test('starts anew when the server cannot tell whether it is the same file', async () => {
    answer = (request, response) => {
      response.setHeader('content-length', bytes.length);
      if (server.requests.length > 1) response.end(bytes);
      else response.write(bytes.subarray(0, 400_000), () => setTimeout(() => request.destroy(), 20));
    };
    expect(await isWhole(await download())).toBe(true);
    expect(ranges()).toEqual([undefined, undefined]);
  });

  test('starts anew when the partial file was of another content, which the checksum tells', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name), new Uint8Array(500_000));
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
  });

  test('starts anew when the partial file is longer than the file', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name), new Uint8Array(1_500_000));
    expect(await isWhole(await download())).toBe(true);
  });

  test('refuses a file with another SHA-256, and keeps nothing of it', async () => {
    await expect(download({ sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'checksum',
      data: { source: url(), expected: '0'.repeat(64), got: checksum },
    });
    expect((await readdir(folder)).filter((file) => !file.endsWith('.json'))).toEqual([]);
  });

  test('fetches a damaged copy in the cache again', async () => {
    const path = await download();
    await writeFile(String(path), 'damaged');
    expect(await isWhole(await download({ sha256: checksum }))).toBe(true);
  });

  test('tries again when the server is busy, and gives up in the end', async () => {
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

  test('does not try again what will not change', async () => {
    answer = (_, response) => response.writeHead(404).end();
    await expect(download()).rejects.toMatchObject({ code: 'http', data: { status: 404 } });
    expect(server.requests).toHaveLength(1);
  });

  test('refuses a file larger than maxBytes before it is transferred', async () => {
    await expect(download({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'tooLarge' });
  });

  test('two downloads of one file at once do not disturb each other', async () => {
    const paths = await Promise.all([download(), download(), download()]);
    expect(new Set(paths).size).toBe(1);
    expect(await isWhole(paths[0])).toBe(true);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('a lock that a dead process left does not count', async () => {
    await abortAfter(1);
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.partial'));
    await writeFile(join(folder, name.replace('.partial', '.lock')), '999999999');
    expect(await isWhole(await download())).toBe(true);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('hands out sources that are no download as they are, and checks them', async () => {
    const blob = new Blob([bytes]);
    expect(await cachedDownload(blob, { sha256: checksum })).toBe(blob);
    await expect(cachedDownload(blob, { sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'checksum' });
  });
});

describe('the folder for downloads', () => {
  const before = process.env.MANABI_CACHE;
  afterEach(() => {
    if (before === undefined) delete process.env.MANABI_CACHE;
    else process.env.MANABI_CACHE = before;
  });

  test('is MANABI_CACHE if set, or else below the user’s folder', async () => {
    process.env.MANABI_CACHE = folder;
    expect(await cacheDirectory()).toBe(folder);
    expect(String(await cachedDownload(url())).startsWith(folder)).toBe(true);
    delete process.env.MANABI_CACHE;
    expect(await cacheDirectory()).toContain('manabi');
  });
});

describe('in a page', () => {
  /** As much of a page's `caches` as is used, in memory. */
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

  test('downloads once, and checks what it keeps', async () => {
    const storage = memoryStorage();
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', { sha256: checksum }, storage))).toBe(true);
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', { sha256: checksum }, storage))).toBe(true);
    expect(server.requests).toHaveLength(1);
    const another = { sha256: '0'.repeat(64) };
    await expect(downloadToCacheStorage(url(), 'x', another, storage)).rejects.toMatchObject({ code: 'checksum' });
  });

  test('takes up a connection that breaks off', async () => {
    breakFirst(400_000);
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, memoryStorage()))).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=400000-']);
  });

  test('works where there is no cache, and where it is full', async () => {
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, undefined))).toBe(true);
    const full = memoryStorage(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await isWhole(await downloadToCacheStorage(url(), 'x', {}, full))).toBe(true);
  });
});
