import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chunksOf, fileSize, openStream, readBytes, readText, sha256 } from './index.ts';
import { breakOff, patternBytes, serveBytes, startServer, type TestServer } from './server.fixture.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
const bytes = patternBytes(3_000_000);
let server: TestServer;

beforeAll(async () => {
  await writeFile(inFolder('pattern.bin'), bytes);
  await writeFile(inFolder('empty.bin'), '');
  await mkdir(inFolder('folder'));
  server = await startServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://local');
    if (pathname === '/pattern.bin') serveBytes(request, response, bytes);
    else if (pathname === '/no-ranges.bin') response.end(bytes);
    else if (pathname === '/broken.bin') breakOff(response, bytes, 100_000);
    else if (pathname === '/silent.bin') response.writeHead(200, { 'content-length': 10 }).flushHeaders();
    else if (pathname === '/headers') response.end(JSON.stringify(request.headers));
    else response.writeHead(404).end('no such page');
  });
});

afterAll(() => server.close());

describe('readBytes', () => {
  const sources = (): Record<string, string | URL | Blob> => ({
    path: inFolder('pattern.bin'),
    'file URL': pathToFileURL(inFolder('pattern.bin')),
    'file URL as text': pathToFileURL(inFolder('pattern.bin')).href,
    'http URL': `${server.base}/pattern.bin`,
    'server without ranges': `${server.base}/no-ranges.bin`,
    Blob: new Blob([bytes]),
    'blob URL': URL.createObjectURL(new Blob([bytes])),
    'data URL': `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`,
  });

  for (const kind of ['path', 'file URL', 'file URL as text', 'http URL', 'server without ranges', 'Blob']) {
    describe(`from a ${kind}`, () => {
      test('returns all bytes', async () => {
        expect(Buffer.compare(await readBytes(sources()[kind]), bytes)).toBe(0);
      });

      test.each([
        [0, 8],
        [1_048_570, 1_048_590],
        [2_999_999, 3_000_000],
        [5, 5],
        [2_999_990, undefined],
        [3_000_000, undefined],
      ])('returns the bytes %p to %p', async (start, end) => {
        expect(
          Buffer.compare(await readBytes(sources()[kind], { range: { start, end } }), bytes.subarray(start, end)),
        ).toBe(0);
      });

      test.each([
        [2_999_990, 3_000_001],
        [3_000_001, undefined],
        [8, 7],
        [-1, 7],
        [0.5, 7],
      ])('rejects the range %p to %p', async (start, end) => {
        await expect(readBytes(sources()[kind], { range: { start, end } })).rejects.toMatchObject({ code: 'range' });
      });
    });
  }

  test.each(['blob URL', 'data URL'])('reads a %s', async (kind) => {
    expect(Buffer.compare(await readBytes(sources()[kind]), bytes)).toBe(0);
  });

  test('reads an empty source', async () => {
    expect(await readBytes(inFolder('empty.bin'))).toEqual(new Uint8Array());
    expect(await readBytes(inFolder('empty.bin'), { range: { start: 0, end: 0 } })).toEqual(new Uint8Array());
  });

  (process.platform === 'linux' ? test : test.skip)('reads a file whose size the system does not report', async () => {
    expect((await readBytes('/proc/self/status')).length).toBeGreaterThan(100);
  });

  test('transfers only the requested range of bytes', async () => {
    await readBytes(`${server.base}/pattern.bin?ranged`, { range: { start: 10, end: 20 } });
    expect(server.requests.find(({ path }) => path.endsWith('?ranged'))?.headers.range).toBe('bytes=10-19');
  });

  test('sends the given headers', async () => {
    const text = await readText(`${server.base}/headers`, { headers: { authorization: 'Bearer x' } });
    expect(JSON.parse(text)).toMatchObject({ authorization: 'Bearer x' });
  });

  test('reports progress up to the file size', async () => {
    const seen: { received: number; total: number | undefined }[] = [];
    await readBytes(`${server.base}/pattern.bin`, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ received: bytes.length, total: bytes.length });
    expect(seen.every(({ received }, i) => i === 0 || received > seen[i - 1].received)).toBe(true);
  });

  test('accepts bytes with the expected SHA-256 and rejects others', async () => {
    const good = await sha256(bytes);
    const path = inFolder('pattern.bin');
    await expect(readBytes(path, { sha256: good.toUpperCase() })).resolves.toHaveLength(bytes.length);
    await expect(readBytes(path, { sha256: '0'.repeat(64) })).rejects.toMatchObject({
      code: 'checksum',
      data: { source: path, expected: '0'.repeat(64), got: good },
    });
  });

  test('rejects a source with more bytes than maxBytes', async () => {
    const options = { maxBytes: 2_999_999 };
    await expect(readBytes(inFolder('pattern.bin'), options)).rejects.toMatchObject({ code: 'tooLarge' });
    await expect(readBytes(`${server.base}/pattern.bin`, options)).rejects.toMatchObject({ code: 'tooLarge' });
    await expect(readBytes(inFolder('pattern.bin'), { maxBytes: 3_000_000 })).resolves.toHaveLength(3_000_000);
  });
});

describe('readBytes: error codes', () => {
  test.each([
    ['a missing file', () => inFolder('missing.bin'), 'notFound'],
    ['a path through a file', () => inFolder('pattern.bin', 'deeper'), 'notFound'],
    ['a folder', () => inFolder('folder'), 'notAFile'],
    ['a URL with an unsupported scheme', () => new URL('ftp://example.org/x'), 'unsupported'],
    ['a closed port', () => 'http://127.0.0.1:9/x', 'network'],
    ['a connection that breaks off', () => `${server.base}/broken.bin`, 'network'],
  ])('rejects %s with a FileError', async (_, source, code) => {
    await expect(readBytes(source())).rejects.toMatchObject({ name: 'FileError', code, data: expect.anything() });
  });

  test('reports the path and the system code of a missing file', async () => {
    const path = inFolder('missing.bin');
    await expect(readBytes(path)).rejects.toMatchObject({ data: { source: path, system: 'ENOENT' } });
    await expect(fileSize(path)).rejects.toMatchObject({ code: 'notFound', data: { source: path } });
  });

  test('reports the status of an HTTP error response', async () => {
    const source = `${server.base}/missing`;
    await expect(readBytes(source)).rejects.toMatchObject({ code: 'http', data: { source, status: 404 } });
  });

  test('rejects with code aborted if the signal is aborted, and keeps the reason of the signal as the cause', async () => {
    const gone = AbortSignal.abort('gone');
    for (const source of [inFolder('pattern.bin'), `${server.base}/pattern.bin`, new Blob([bytes])]) {
      await expect(readBytes(source, { signal: gone })).rejects.toMatchObject({ code: 'aborted', cause: 'gone' });
    }
    const controller = new AbortController();
    const reading = readBytes(`${server.base}/silent.bin`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('readText', () => {
  test('decodes UTF-8 and drops a byte order mark', async () => {
    expect(await readText(new Blob(['\ufeff学び']))).toBe('学び');
  });

  test('rejects bytes that are not UTF-8', async () => {
    await expect(readText(new Blob([Uint8Array.of(0xff, 0xfe)]))).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('fileSize', () => {
  test('returns the size of a source without reading its bytes', async () => {
    const sizes = [
      inFolder('pattern.bin'),
      `${server.base}/pattern.bin`,
      `${server.base}/no-ranges.bin`,
      new Blob([bytes]),
    ].map((source) => fileSize(source));
    expect(await Promise.all(sizes)).toEqual(sizes.map(() => bytes.length));
  });
});

describe('openStream', () => {
  test('reads a file only as far as the stream is consumed, and closes it when the stream is cancelled', async () => {
    const stream = await openStream(inFolder('pattern.bin'));
    for await (const chunk of chunksOf(stream)) {
      expect(Buffer.compare(chunk, bytes.subarray(0, chunk.length))).toBe(0);
      break;
    }
    await expect(stream.getReader().read()).resolves.toEqual({ done: true, value: undefined });
  });
});
