import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mnistFiles } from '@manabi/mnist';
import { mnist } from '../index.ts';

const dataFolder = fileURLToPath(new URL('.', mnistFiles.trainImages.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-mnist-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Copies the four MNIST files to a new folder and replaces the content of one of them by the result of `change`. */
async function folderWith(name: string, change: (bytes: Uint8Array) => Uint8Array): Promise<string> {
  const copy = await mkdtemp(join(folder, 'copy-'));
  await cp(dataFolder, copy, { recursive: true });
  await writeFile(join(copy, name), change(await readFile(join(dataFolder, name))));
  return copy;
}

describe('mnist', () => {
  test('returns 60,000 training and 10,000 test digits', async () => {
    const { train, test: testing } = await mnist();
    expect(train.images).toMatchObject({ dtype: 'uint8', shape: [60000, 28, 28, 1] });
    expect(train.labels).toMatchObject({ dtype: 'uint8', shape: [60000] });
    expect(testing.images).toMatchObject({ dtype: 'uint8', shape: [10000, 28, 28, 1] });
    expect(testing.labels).toMatchObject({ dtype: 'uint8', shape: [10000] });
    expect(Array.from(train.labels.data.subarray(0, 10))).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(testing.labels.data.subarray(0, 10))).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const counts = new Array<number>(10).fill(0);
    for (const label of train.labels.data) counts[label]++;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    // The mean of the training images is known: 0.1307 of 255.
    let sum = 0;
    for (const pixel of train.images.data) sum += pixel;
    expect(sum / train.images.data.length / 255).toBeCloseTo(0.1306604762738429, 10);
  });
});

test('mnist with `files` reads the given files, as in a page', async () => {
  const { train } = await mnist({ files: mnistFiles });
  expect(train.images.shape).toEqual([60000, 28, 28, 1]);
  const files = { ...mnistFiles, testLabels: mnistFiles.trainLabels };
  await expect(mnist({ files })).rejects.toMatchObject({ name: 'FileError' });
});

describe('mnist with baseUrl', () => {
  test('reads a folder, with or without a trailing slash, and a file URL', async () => {
    for (const baseUrl of [dataFolder, dataFolder.replace(/[\\/]$/, ''), pathToFileURL(dataFolder)]) {
      expect((await mnist({ baseUrl })).test.images.shape).toEqual([10000, 28, 28, 1]);
    }
  });

  describe('from a server', () => {
    let server: Server;
    let base = '';

    beforeAll(async () => {
      server = createServer(async (request, response) => {
        const [, kind, name] = (request.url ?? '').split('/');
        const file = (await readdir(dataFolder)).includes(name) ? await readFile(join(dataFolder, name)) : undefined;
        if (kind === 'encoded') response.setHeader('content-encoding', 'gzip');
        if (kind === 'page') response.end('<!doctype html><title>Not here</title>');
        else if (file === undefined) response.writeHead(404).end();
        else response.end(file);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      if (typeof address === 'object' && address !== null) base = `http://127.0.0.1:${address.port}`;
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    test.each(['plain', 'encoded'])('reads files with a %s response body', async (kind) => {
      const { train } = await mnist({ baseUrl: `${base}/${kind}` });
      expect(train.labels.data.length).toBe(60000);
    });

    test('rejects HTML pages that the server sends instead of files', async () => {
      await expect(mnist({ baseUrl: `${base}/page/` })).rejects.toMatchObject({ code: 'file', op: 'parseIdx' });
    });

    test('rejects a file that is missing on the server, and reports the HTTP status', async () => {
      await expect(mnist({ baseUrl: new URL(`${base}/none/nowhere`) })).rejects.toMatchObject({
        code: 'http',
        data: { status: 404 },
      });
    });
  });

  test('reports the path of a missing file', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    await expect(mnist({ baseUrl: empty })).rejects.toMatchObject({
      code: 'notFound',
      data: { source: expect.stringContaining('-ubyte.gz') },
    });
  });

  test.each([
    ['truncated', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1), { code: 'truncated' }],
    ['corrupt', (bytes: Uint8Array) => bytes.map((byte, i) => (i === 2000 ? byte ^ 16 : byte)), { code: 'corrupt' }],
    [
      'of the wrong shape',
      () => gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 9)),
      { code: 'file', data: { got: [1] } },
    ],
    ['decompressed and truncated', (bytes: Uint8Array) => gunzipSync(bytes).subarray(0, 5000), { code: 'file' }],
    ['small, but decompresses to a large one', () => gzipSync(new Uint8Array(1e7)), { code: 'tooLarge' }],
  ])('rejects a file that is %s', async (_, change, error) => {
    const baseUrl = await folderWith('t10k-labels-idx1-ubyte.gz', change);
    await expect(mnist({ baseUrl })).rejects.toMatchObject(error);
  });
});

test('a signal aborts mnist', async () => {
  await expect(mnist({ signal: AbortSignal.abort('enough') })).rejects.toMatchObject({
    code: 'aborted',
    cause: 'enough',
  });
  const controller = new AbortController();
  const loading = mnist({ signal: controller.signal });
  controller.abort('enough');
  await expect(loading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
});
