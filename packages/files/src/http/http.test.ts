import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fileSize, openRandomAccess, openStream, type Progress, readBytes } from '../index.ts';
import { breakOff, patternBytes, serveBytes, startServer, type TestServer } from '../server.fixture.ts';
import { collectBytes } from '../stream.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const bytes = patternBytes(3_000_000);
let server: TestServer;
let answer: Answer = () => {};

beforeAll(async () => {
  server = await startServer((request, response) => answer(request, response));
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.sent = 0;
});

const url = (): string => `${server.base}/model.bin`;
const isWhole = (found: Uint8Array): boolean => Buffer.compare(found, bytes) === 0;
const ranges = () => server.requests.map(({ headers }) => headers.range);

/** Returns a request handler that answers the first request with `first` and later requests with `next`. */
function once(first: Answer, next: Answer = ranged): Answer {
  let isFirst = true;
  return (request, response) => {
    (isFirst ? first : next)(request, response);
    isFirst = false;
  };
}

const ranged: Answer = (request, response) => serveBytes(request, response, bytes);
/** Sends the whole file, even if a range is requested. */
const plain: Answer = (_, response) =>
  response.writeHead(200, { 'content-length': bytes.length, etag: '"one"' }).end(bytes);
/** Answers without Content-Length, in chunks. */
const chunked: Answer = (_, response) => {
  for (let at = 0; at < bytes.length; at += 500_000) response.write(bytes.subarray(at, at + 500_000));
  response.end();
};
/** Answers without Content-Length and chunks: the end of the connection marks the end of the body. */
const untilClosed: Answer = (_, response) => {
  response.useChunkedEncodingByDefault = false;
  response.setHeader('connection', 'close');
  response.write(bytes);
  response.end();
};
const compressed =
  (encoding: 'gzip' | 'br'): Answer =>
  (_, response) => {
    const packed = encoding === 'gzip' ? gzipSync(bytes) : brotliCompressSync(bytes);
    const headers = { 'content-encoding': encoding, 'content-length': packed.length, etag: '"one"' };
    response.writeHead(200, headers).end(packed);
  };
const redirect: Answer = (request, response) => {
  if (request.url?.endsWith('?moved')) ranged(request, response);
  else response.writeHead(302, { location: '/model.bin?moved' }).end();
};
/** Rejects HEAD requests, as many servers do. */
const withoutHead: Answer = (request, response) => {
  if (request.method === 'HEAD') response.writeHead(405).end();
  else ranged(request, response);
};
const servers: [string, Answer][] = [
  ['with ranges', ranged],
  ['without ranges', plain],
  ['without Content-Length', chunked],
  ['that ends the body with the connection', untilClosed],
  ['that compresses with gzip', compressed('gzip')],
  ['that compresses with brotli', compressed('br')],
  ['that rejects HEAD', withoutHead],
];

describe.each(servers)('HTTP: a server %s', (_, behaviour) => {
  test('sends a whole file in one request', async () => {
    answer = behaviour;
    const progress: Progress[] = [];
    expect(isWhole(await readBytes(url(), { onProgress: (each) => progress.push(each) }))).toBe(true);
    expect(progress.at(-1)?.received).toBe(bytes.length);
    expect(progress.every(({ total }) => total === undefined || total === bytes.length)).toBe(true);
    expect(isWhole(await collectBytes(await openStream(url())))).toBe(true);
    const file = await openRandomAccess(url());
    expect(file.size).toBe(bytes.length);
    expect(Buffer.compare(await file.read(5, 500), bytes.subarray(5, 500))).toBe(0);
    expect(isWhole(await file.read(0, file.size))).toBe(true);
    expect(server.requests).toHaveLength(3);
  });

  test('sends a range of bytes in one request', async () => {
    answer = behaviour;
    const found = await readBytes(url(), { range: { start: 1_000_000, end: 1_000_100 } });
    expect(Buffer.compare(found, bytes.subarray(1_000_000, 1_000_100))).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  test('sends no byte twice when a file is read in parts', async () => {
    answer = behaviour;
    const file = await openRandomAccess(url(), { parts: true });
    expect(file.size).toBe(bytes.length);
    for (let i = 0; i < 30; i++) {
      const start = (i * 99_991) % 2_900_000;
      expect(Buffer.compare(await file.read(start, start + 100), bytes.subarray(start, start + 100))).toBe(0);
    }
    expect(isWhole(await file.read(0, bytes.length))).toBe(true);
    expect(server.requests.length).toBeLessThanOrEqual(12);
    expect(server.sent).toBeLessThan(1.6 * bytes.length);
  });
});

describe('HTTP: range requests', () => {
  test('are sent when small parts of a large file are read', async () => {
    answer = ranged;
    const file = await openRandomAccess(url(), { parts: true });
    await file.read(0, 1000);
    await file.read(2_999_000, 3_000_000);
    await file.read(2_999_500, 2_999_600);
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1].headers['if-range']).toBe('"one"');
    expect(server.sent).toBeLessThan(250_000);
  });

  test('fetch a small file in at most two requests, even if it is read in many parts', async () => {
    const small = bytes.subarray(0, 300_000);
    answer = (request, response) => serveBytes(request, response, small);
    const file = await openRandomAccess(url(), { parts: true });
    for (let i = 0; i < 10; i++) await file.read(i * 25_000, i * 25_000 + 10);
    expect(server.requests).toHaveLength(2);
    const tiny = bytes.subarray(0, 1000);
    answer = (request, response) => serveBytes(request, response, tiny);
    expect(Buffer.compare(await (await openRandomAccess(url(), { parts: true })).read(0, 1000), tiny)).toBe(0);
    expect(server.requests).toHaveLength(3);
    answer = (request, response) => serveBytes(request, response, new Uint8Array(0));
    expect((await openRandomAccess(url(), { parts: true })).size).toBe(0);
  });

  test('are replaced by one request for the whole file if the server sends neither ETag nor Last-Modified', async () => {
    answer = (request, response) => {
      response.removeHeader('etag');
      const write = response.writeHead.bind(response);
      response.writeHead = ((status: number, headers: Record<string, string>) => {
        const { etag: _, ...others } = headers;
        return write(status, others);
      }) as typeof response.writeHead;
      ranged(request, response);
    };
    const file = await openRandomAccess(url(), { parts: true });
    for (let i = 0; i < 5; i++) await file.read(i * 500_000, i * 500_000 + 10);
    expect(ranges().map((range) => range !== undefined)).toEqual([true, false]);
  });

  test('are replaced by one request for the whole file if the server answers them incorrectly', async () => {
    answer = (request, response) => {
      if (request.headers.range === undefined) plain(request, response);
      else response.writeHead(206, { 'content-range': 'bytes 7-9/*', etag: '"one"' }).end('xyz');
    };
    expect(isWhole(await (await openRandomAccess(url(), { parts: true })).read(0, bytes.length))).toBe(true);
    const found = await readBytes(url(), { range: { start: 3, end: 6 } });
    expect([...found]).toEqual([...bytes.subarray(3, 6)]);
  });

  test('are replaced by one request for the whole file if the server compresses the response', async () => {
    answer = (request, response) => {
      if (request.headers.range === undefined) return compressed('gzip')(request, response);
      const part = gzipSync(bytes).subarray(0, 10);
      const headers = { 'content-range': `bytes 0-9/${bytes.length}`, 'content-encoding': 'gzip', etag: '"one"' };
      return response.writeHead(206, headers).end(part);
    };
    const found = await readBytes(url(), { range: { start: 0, end: 10 } });
    expect([...found]).toEqual([...bytes.subarray(0, 10)]);
  });

  test('fail with code "changed" if the file changes between reads', async () => {
    answer = ranged;
    const file = await openRandomAccess(url(), { parts: true });
    answer = (request, response) => serveBytes(request, response, bytes.slice().reverse(), '"two"');
    await expect(file.read(2_000_000, 2_000_100)).rejects.toMatchObject({ name: 'FileError', code: 'changed' });
  });

  test('are no longer sent after the server has ignored one', async () => {
    answer = ranged;
    const file = await openRandomAccess(url(), { parts: true });
    answer = plain;
    for (let i = 1; i < 6; i++) expect((await file.read(i * 400_000, i * 400_000 + 10)).length).toBe(10);
    expect(server.requests).toHaveLength(2);
  });

  test('fail with code "range" for bytes past the end of the file', async () => {
    answer = ranged;
    await expect(readBytes(url(), { range: { start: 4_000_000, end: 4_000_001 } })).rejects.toMatchObject({
      code: 'range',
    });
    const file = await openRandomAccess(url(), { parts: true });
    await expect(file.read(2_999_999, 3_000_001)).rejects.toMatchObject({ code: 'range' });
    expect(await fileSize(url())).toBe(bytes.length);
  });
});

describe('HTTP: redirects', () => {
  test('are followed', async () => {
    answer = redirect;
    expect(isWhole(await readBytes(url()))).toBe(true);
    expect((await openRandomAccess(url(), { parts: true })).size).toBe(bytes.length);
  });

  test('fail if they form a cycle', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/model.bin' }).end();
    await expect(readBytes(url(), { retries: 0 })).rejects.toMatchObject({ code: 'network' });
  });
});

describe('HTTP: transfers', () => {
  test('are resumed after a broken connection if the file is unchanged', async () => {
    for (const read of [() => readBytes(url()), async () => collectBytes(await openStream(url()))]) {
      server.requests.length = 0;
      answer = once((_, response) => breakOff(response, bytes, 1_000_000));
      expect(isWhole(await read())).toBe(true);
      // The last bytes that the server sent before the connection broke may not have arrived.
      expect(ranges()).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
      expect(server.requests[1].headers['if-range']).toBe('"one"');
    }
  });

  test('restart after a broken connection if the server sends neither ETag nor Last-Modified', async () => {
    const cut: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1_000_000), () => response.socket?.end());
    };
    answer = once(cut, plain);
    expect(isWhole(await readBytes(url()))).toBe(true);
    expect(ranges()).toEqual([undefined, undefined]);
    answer = once(cut, plain);
    await expect(openStream(url()).then((stream) => collectBytes(stream))).rejects.toMatchObject({ code: 'network' });
  });

  test('restart after a broken connection if the file has changed', async () => {
    const other = bytes.slice().reverse();
    answer = once(
      (_, response) => breakOff(response, bytes, 1_000_000),
      (request, response) => serveBytes(request, response, other, '"two"'),
    );
    expect(Buffer.compare(await readBytes(url()), other)).toBe(0);
  });

  test('of a byte range are resumed after a broken connection', async () => {
    answer = once((_, response) => {
      const headers = { 'content-range': `bytes 1000-1999/${bytes.length}`, 'content-length': 1000, etag: '"one"' };
      response.writeHead(206, headers);
      response.write(bytes.subarray(1000, 1400), () => response.socket?.end());
    });
    const found = await readBytes(url(), { range: { start: 1000, end: 2000 } });
    expect(Buffer.compare(found, bytes.subarray(1000, 2000))).toBe(0);
    expect(ranges()).toEqual(['bytes=1000-1999', expect.stringMatching(/^bytes=1\d\d\d-1999$/)]);
  });

  test('fail after a limited number of retries', async () => {
    answer = (_, response) => breakOff(response, bytes, 1_000_000);
    await expect(readBytes(url(), { retries: 2 })).rejects.toMatchObject({ name: 'FileError' });
    expect(server.requests.length).toBeLessThanOrEqual(6);
  });
});

describe('HTTP: requests', () => {
  test.each([408, 429, 500, 502, 503, 504])('are retried after status %d', async (status) => {
    answer = once((_, response) => response.writeHead(status, { 'retry-after': '0' }).end());
    expect(isWhole(await readBytes(url()))).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  test.each([400, 401, 403, 404, 405, 410, 416, 501])('fail without a retry after status %d', async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    await expect(readBytes(url())).rejects.toMatchObject({ name: 'FileError' });
    expect(server.requests).toHaveLength(1);
  });

  test('are retried after the delay in Retry-After, given in seconds or as a date', async () => {
    for (const wait of ['1', new Date(Date.now() + 1500).toUTCString()]) {
      answer = once((_, response) => response.writeHead(503, { 'retry-after': wait }).end());
      expect(isWhole(await readBytes(url(), { retries: 1 }))).toBe(true);
    }
  });

  test('fail if Retry-After exceeds a minute', async () => {
    answer = (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end();
    await expect(readBytes(url())).rejects.toMatchObject({ code: 'http', data: { status: 429 } });
    expect(server.requests).toHaveLength(1);
  });

  test('are retried at most `retries` times', async () => {
    answer = (_, response) => response.writeHead(503, { 'retry-after': '0' }).end();
    for (const retries of [0, 2]) {
      server.requests.length = 0;
      await expect(readBytes(url(), { retries })).rejects.toMatchObject({ code: 'http', data: { status: 503 } });
      expect(server.requests).toHaveLength(1 + retries);
    }
  });
});

describe('HTTP: requests to silent servers', () => {
  const silent: Answer = () => {};
  const stalled: Answer = (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000));
  };

  test.each([
    ['before the answer', silent],
    ['in the middle of the body', stalled],
  ])('fail after the timeout if the server stops sending %s', async (_, behaviour) => {
    answer = behaviour;
    const options = { timeout: 100, retries: 0 };
    const error = { name: 'FileError', code: 'network', data: { timeout: 100 } };
    await expect(readBytes(url(), options)).rejects.toMatchObject(error);
    await expect(openRandomAccess(url(), { ...options, parts: true })).rejects.toMatchObject({ code: 'network' });
  });

  test.each([
    ['before the answer', silent],
    ['in the middle of the body', stalled],
    ['between two retries', ((_, response) => response.writeHead(503, { 'retry-after': '50' }).end()) as Answer],
  ])('are aborted when the signal is aborted %s', async (_, behaviour) => {
    answer = behaviour;
    for (const read of [readBytes, openRandomAccess, fileSize]) {
      if (read === fileSize && behaviour === stalled) continue;
      const controller = new AbortController();
      const reading = read(url(), { signal: controller.signal });
      setTimeout(() => controller.abort('enough'), 50);
      await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    }
  });

  test('continue as long as the server sends some bytes within each timeout', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 5 });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(bytes.subarray(sent, sent + 1));
        if (++sent === 5) {
          clearInterval(timer);
          response.end();
        }
      }, 60);
    };
    expect([...(await readBytes(url(), { timeout: 250 }))]).toEqual([...bytes.subarray(0, 5)]);
  });
});

describe('HTTP: option maxBytes', () => {
  test('rejects a file that is too large, whether the server announces its size or not', async () => {
    for (const behaviour of [ranged, chunked, compressed('gzip')]) {
      answer = behaviour;
      const options = { maxBytes: 2_000_000 };
      for (const read of [
        () => readBytes(url(), options),
        () => openRandomAccess(url(), options),
        () => openRandomAccess(url(), { ...options, parts: true }),
      ]) {
        await expect(read()).rejects.toMatchObject({ code: 'tooLarge' });
      }
    }
  });
});

describe('option `allow`', () => {
  test('rejects sources of a kind that is not listed: paths, URLs and blobs', async () => {
    answer = ranged;
    await expect(readBytes(url(), { allow: ['file', 'https'] })).rejects.toMatchObject({
      code: 'refused',
      data: { kind: 'http' },
    });
    for (const source of ['/etc/hostname', new URL('file:///etc/hostname'), 'FILE:///etc/hostname']) {
      await expect(readBytes(source, { allow: ['http'] })).rejects.toMatchObject({
        code: 'refused',
        data: { kind: 'file' },
      });
    }
    await expect(readBytes(new Blob([]), { allow: ['http'] })).rejects.toMatchObject({ data: { kind: 'blob' } });
    await expect(readBytes('data:,x', { allow: ['http'] })).rejects.toMatchObject({ data: { kind: 'data' } });
    expect(isWhole(await readBytes(url(), { allow: ['http'] }))).toBe(true);
    expect(server.requests).toHaveLength(1);
  });
});
