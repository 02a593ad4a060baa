import { request as send } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Predictor } from '../predictor/predictor.ts';
import { serve } from './serve.ts';

const ports = [{ name: 'x', element: 'FP32', shape: [null, null] }] as const;

/** Creates a model that returns its inputs. */
const echo = (parts: Partial<Predictor> = {}): Predictor => ({
  inputs: ports,
  outputs: ports,
  independentRows: true,
  fixedBatch: null,
  classNames: null,
  preparation: null,
  predict: async (inputs) => inputs,
  warmUp: async () => {},
  close: async () => {},
  ...parts,
});

const post = (url: string, body: string, signal: AbortSignal | null = null) =>
  fetch(`${url}v1/models/model:predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });

describe('serve', () => {
  test('answers over HTTP, with streamed responses for large outputs', async () => {
    const server = await serve(echo(), { port: 0 });
    expect(await (await post(server.url, '{"inputs": [[1, 2.5]]}')).json()).toEqual({ outputs: [[1, 2.5]] });
    const rows = Array.from({ length: 40 }, (_, row) => Array.from({ length: 3000 }, (_, i) => row + i));
    const large = await post(server.url, JSON.stringify({ inputs: rows }));
    expect(large.headers.get('content-length')).toBeNull();
    expect(await large.json()).toEqual({ outputs: rows });
    const head = await fetch(`${server.url}metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    await server.close();
  });

  test('answers 413 to a body that is too large, before it is complete', async () => {
    const server = await serve(echo(), { port: 0, maxBodyBytes: 1000 });
    const status = await new Promise((resolve, reject) => {
      const request = send(`${server.url}v1/models/model:predict`, { method: 'POST' }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('['.repeat(10).padEnd(5000));
    });
    expect(status).toBe(413);
    expect(await (await post(server.url, '{"inputs": [[1]]}')).json()).toEqual({ outputs: [[1]] });
    await server.close();
  });

  test('withdraws the request of a client that disconnects', async () => {
    let finish = () => {};
    const batches: number[] = [];
    const predict: Predictor['predict'] = (inputs) => {
      batches.push(inputs[0].shape[0]);
      return new Promise((resolve) => {
        finish = () => resolve(inputs);
      });
    };
    const server = await serve(echo({ predict }), { port: 0 });
    const first = post(server.url, '{"inputs": [[1]]}');
    while (batches.length === 0) await pause();
    const controller = new AbortController();
    const cancelled = post(server.url, '{"inputs": [[2], [3]]}', controller.signal);
    const queued = (rows: number) => async () => (await metric(server.url, 'manabi_queue_rows')) === rows;
    await until(queued(2));
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    await until(queued(0));
    finish();
    expect((await first).status).toBe(200);
    await server.close();
    expect(batches).toEqual([1]);
  });

  test('close answers requests that have been accepted, even if their bodies are incomplete', async () => {
    const server = await serve(echo(), { port: 0 });
    const body = '{"inputs": [[7]]}';
    const answer = new Promise<string>((resolve, reject) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          `POST /v1/models/model:predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
        );
        socket.write(body.slice(0, 5));
        setTimeout(() => {
          server.close().catch(reject);
          setTimeout(() => socket.write(body.slice(5)), 50);
        }, 50);
      });
      let text = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data;
      });
      socket.on('error', reject).on('close', () => resolve(text));
    });
    expect(await answer).toMatch(/^HTTP\/1\.1 200 .*\{"outputs":\[\[7\]\]\}$/s);
    await expect(post(server.url, '{}')).rejects.toThrow('fetch failed');
  });

  test('rejects requests that are not answered within the time of grace', async () => {
    const server = await serve(echo({ predict: () => new Promise(() => {}) }), { port: 0, graceMs: 50 });
    const hanging = post(server.url, '{"inputs": [[1]]}');
    await until(async () => (await metric(server.url, 'manabi_pending_requests')) === 1);
    await server.close();
    const response = await hanging;
    expect([response.status, response.headers.get('connection')]).toEqual([503, 'close']);
  });

  test('rejects a port in use, invalid options, and models that cannot be opened', async () => {
    const server = await serve(echo(), { port: 0 });
    await expect(serve(echo(), { port: server.port })).rejects.toMatchObject({
      code: 'argument',
      data: { system: 'EADDRINUSE' },
    });
    await server.close();
    await expect(serve(echo(), { prot: 1 } as object)).rejects.toMatchObject({
      code: 'argument',
      data: { nearest: ['port'] },
    });
    await expect(
      serve(echo({ warmUp: () => Promise.reject(new RangeError('no memory')) }), { port: 0 }),
    ).rejects.toThrow('no memory');
  });
});

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause();
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}metrics`)).text();
  return Number(text.match(new RegExp(`^${name}\\{.*\\} (.*)$`, 'm'))?.[1]);
}
