import '@manabi/backend-cpu/register';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { clearSession, layers, sequential } from '@manabi/layers';
import { inspectModelFile, loadModel } from '../keras/index.ts';
import { encodeNpz, openNpz, readNpz } from '../numpy/index.ts';
import { encodeSafetensors, openSafetensors } from '../safetensors/index.ts';
import { loadWeights } from '../weights/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array) => void;

const golden = new Uint8Array(readFileSync(new URL('../keras/goldens/trained-adam.keras', import.meta.url)));
let server: Server;
let base = '';
let answer: Answer = () => {};
let file = golden;
let requests: (string | undefined)[] = [];
let sent = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    answer(request, response, file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = typeof address === 'object' ? `http://127.0.0.1:${address?.port}/model.keras` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  clearSession();
  requests = [];
  sent = 0;
  file = golden;
});

const plain: Answer = (_, response, bytes) => response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
const chunked: Answer = (_, response, bytes) => {
  response.write(bytes.subarray(0, 100));
  response.end(bytes.subarray(100));
};
const gzip: Answer = (_, response, bytes) =>
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
const ranged: Answer = (request, response, bytes) => {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined) {
    plain(request, response, bytes);
    return;
  }
  const end = Math.min(bytes.length, to === '' ? bytes.length : Number(to) + 1);
  sent += end - Number(from);
  const headers = { etag: '"1"', 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` };
  response.writeHead(206, headers).end(bytes.subarray(Number(from), end));
};

describe.each([
  ['without ranges', plain],
  ['without Content-Length', chunked],
  ['that compresses', gzip],
  ['with ranges', ranged],
])('loading a file from a server %s', (_, behaviour) => {
  test('sends a single request to load a model', async () => {
    answer = behaviour;
    await loadModel(base);
    expect(requests).toEqual([undefined]);
  });

  test('sends a single request to inspect a small model', async () => {
    answer = behaviour;
    expect((await inspectModelFile(base)).format).toBe('keras');
    expect(requests).toHaveLength(1);
  });

  test('sends a single request to load a weights file or an archive of arrays', async () => {
    answer = behaviour;
    const model = sequential([layers.dense({ units: 2, name: 'd', inputShape: [3] })]);
    file = await encodeSafetensors({
      'd/kernel': hostArray('float32', [3, 2], new Float32Array(6)),
      'd/bias': hostArray('float32', [2], new Float32Array(2)),
    });
    await loadWeights(model, base);
    file = await encodeNpz({ x: hostArray('float32', [2], new Float32Array(2)) });
    await readNpz(base);
    expect(requests).toHaveLength(2);
  });
});

test('openSafetensors and openNpz transfer only the requested arrays of a large file', async () => {
  answer = ranged;
  const large = hostArray('uint8', [3_000_000], new Uint8Array(3_000_000));
  const small = hostArray('float32', [2], Float32Array.of(1, 2));
  file = await encodeSafetensors({ large, small });
  const tensors = await openSafetensors(base);
  expect(await tensors.read('small')).toEqual(small);
  file = await encodeNpz({ large, small });
  const arrays = await openNpz(base);
  expect(await arrays.read('small')).toEqual(small);
  expect(requests.every((range) => range !== undefined)).toBe(true);
  expect(requests.length).toBeLessThanOrEqual(5);
  expect(sent).toBeLessThan(600_000);
});

describe('options allow and within', () => {
  test('restrict the sources of loadModel', async () => {
    answer = plain;
    await expect(loadModel(base, { allow: ['file'] })).rejects.toMatchObject({ code: 'refused' });
    await expect(loadModel('/etc/hostname', { allow: ['https'] })).rejects.toMatchObject({ code: 'refused' });
    const here = new URL('.', import.meta.url).pathname;
    await expect(loadModel('/etc/hostname', { within: here })).rejects.toMatchObject({ code: 'refused' });
    expect(requests).toEqual([]);
    await loadModel(base, { allow: ['http'] });
  });
});
