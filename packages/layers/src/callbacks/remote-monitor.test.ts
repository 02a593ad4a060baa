import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { remoteMonitor } from './remote-monitor.ts';

let close: () => void = () => {};
afterEach(() => close());

/** Starts an HTTP server on this machine that records the requests it receives. */
async function listener() {
  const requests: { readonly url?: string; readonly type?: string; readonly key: unknown; readonly body: string }[] =
    [];
  const server = createServer(async (request, response) => {
    const { url, headers } = request;
    requests.push({ url, type: headers['content-type'], key: headers['x-key'], body: await textOf(request) });
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close();
  const { port } = server.address() as AddressInfo; // a server that listens on a port has such an address
  return { requests, root: `http://127.0.0.1:${port}` };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

describe('remoteMonitor', () => {
  test('sends the logs of each epoch as JSON in a form field', async () => {
    const { requests, root } = await listener();
    await remoteMonitor({ root }).onEpochEnd?.(2, { loss: 0.5, valLoss: Number.NaN });
    expect(requests).toHaveLength(1);
    const [{ url, type, body }] = requests;
    expect(url).toBe('/publish/epoch/end/');
    expect(type).toMatch(/^application\/x-www-form-urlencoded/);
    const sent = JSON.parse(new URLSearchParams(body).get('data') ?? '');
    expect(sent).toEqual({ epoch: 2, loss: 0.5, valLoss: 'NaN' });
  });

  test('sends plain JSON to the configured path with the configured headers if sendAsJson is true', async () => {
    const { requests, root } = await listener();
    await remoteMonitor({ root, path: '/logs', sendAsJson: true, headers: { 'x-key': 'k' } }).onEpochEnd?.(0, {
      loss: 1,
    });
    expect(requests).toEqual([{ url: '/logs', type: 'application/json', key: 'k', body: '{"epoch":0,"loss":1}' }]);
  });

  test('warns if the server is unreachable and continues the training', async () => {
    const { root } = await listener();
    close();
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    await remoteMonitor({ root }).onEpochEnd?.(0, { loss: 1 });
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test('rejects unknown options', () => {
    // @ts-expect-error no such option
    expect(() => remoteMonitor({ rot: '' })).toThrow(expect.objectContaining({ code: 'argument' }));
    // @ts-expect-error not an object
    expect(() => remoteMonitor('http://localhost')).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
