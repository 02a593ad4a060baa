import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { RecordHub } from '../records/hub.ts';
import { decodeRecord, decodeRecords } from '../records/json-lines.ts';
import type { DashboardRecord } from '../records/record.ts';
import { bundledView, bundleUrl } from './bundle-view.fixture.ts';
import { RecordFile } from './record-file.ts';
import { type DashboardServer, serveDashboard } from './server.ts';
import { staticPage } from './static-page.ts';

const batch = (number: number): DashboardRecord => ({
  type: 'batch',
  run: 'a',
  time: number,
  epoch: 0,
  batch: number,
  values: { loss: number === 0 ? Number.NaN : 1 / number },
  learningRate: 0.1,
});

const ended: DashboardRecord = { type: 'ended', run: 'a', time: 1, outcome: 'failed', message: '</script><b>' };

const opened: DashboardServer[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function serve(source: Parameters<typeof serveDashboard>[0]): Promise<DashboardServer> {
  const server = await serveDashboard(source);
  opened.push(server);
  return server;
}

/** A reader of server-sent events. */
async function connect({ url }: DashboardServer) {
  const controller = new AbortController();
  const response = await fetch(`${url}events`, { signal: controller.signal });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const read = async (count: number): Promise<DashboardRecord[]> => {
    for (;;) {
      const lines = [...text.matchAll(/^data: (\{.*\})\n\n/gm)].map(([, json]) => decodeRecord(json));
      if (lines.length >= count) return lines;
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) return lines;
      text += decoder.decode(value, { stream: true });
    }
  };
  return { read, disconnect: () => controller.abort(), text: () => text };
}

describe('serveDashboard', () => {
  test('sends earlier and later records to each of many readers', async () => {
    const hub = new RecordHub();
    hub.write(batch(0));
    const server = await serve(hub);
    const early = await Promise.all(Array.from({ length: 20 }, () => connect(server)));
    for (const reader of early) expect(await reader.read(1)).toEqual([batch(0)]);
    hub.write(batch(1));
    const late = await connect(server);
    hub.write(ended);
    for (const reader of [...early, late]) expect(await reader.read(3)).toEqual([batch(0), batch(1), ended]);
  });

  test('sends a thinned history to late readers', async () => {
    const hub = new RecordHub();
    for (let i = 0; i < 5000; i++) hub.write(batch(i));
    const reader = await connect(await serve(hub));
    const records = await reader.read(hub.records.length);
    expect(records).toEqual(hub.records);
    expect(records.length).toBeLessThanOrEqual(1000);
  });

  test('goes on after a reader has disconnected', async () => {
    const hub = new RecordHub();
    const server = await serve(hub);
    const [gone, stays] = [await connect(server), await connect(server)];
    gone.disconnect();
    for (let i = 0; i < 100; i++) hub.write(batch(i));
    expect(await stays.read(100)).toHaveLength(100);
  });

  test('tells readers when it closes, ends their connections, and frees the port', async () => {
    const hub = new RecordHub();
    const server = await serve(hub);
    const reader = await connect(server);
    await server.close();
    await server.close();
    expect(await reader.read(Number.POSITIVE_INFINITY)).toEqual([]);
    expect(reader.text()).toContain('event: closed');
    await expect(fetch(server.url)).rejects.toThrow();
    const next = await serveDashboard(hub, { port: server.port });
    opened.push(next);
    expect(next.port).toBe(server.port);
  });

  test('rejects a port in use', async () => {
    const { port } = await serve(new RecordHub());
    await expect(serveDashboard(new RecordHub(), { port })).rejects.toMatchObject({ code: 'argument', data: { port } });
  });

  test('stops the run that a request of its page names', async () => {
    const hub = new RecordHub();
    const stopped: string[] = [];
    hub.onStop((run) => stopped.push(run));
    const { url } = await serve(hub);
    const post = (body: string, headers = {}) =>
      fetch(`${url}stop`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    expect((await post('{"run":"a"}', { origin: url.slice(0, -1) })).status).toBe(202);
    expect((await post('{"run":1}')).status).toBe(400);
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify({ run: 'a'.repeat(20_000) }))).status).toBe(400);
    expect((await post('{"run":"b"}', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await fetch(`${url}stop`)).status).toBe(405);
    expect(stopped).toEqual(['a']);
    const recorded = await serve({ subscribe: () => () => {} });
    const refused = await fetch(`${recorded.url}stop`, { method: 'POST' });
    expect(refused.status).toBe(404);
  });

  test('refuses other hosts, origins and sites', async () => {
    const hub = new RecordHub();
    const stopped: string[] = [];
    hub.onStop((run) => stopped.push(run));
    const { port } = await serve(hub);
    const status = (headers: Readonly<Record<string, string>>, path = '/events', method = 'GET') =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
          response.destroy();
          resolve(response.statusCode);
        });
        sent.on('error', reject);
        sent.end(method === 'POST' ? '{"run":"a"}' : undefined);
      });
    expect(await status({ host: `localhost:${port}` })).toBe(200);
    expect(await status({ host: `127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
    const refused: readonly Readonly<Record<string, string>>[] = [
      { host: 'example.org' },
      { host: `example.org:${port}` },
      { host: '127.0.0.1' },
      { host: `localhost:${port}`, origin: 'http://example.org' },
      { host: `localhost:${port}`, origin: 'null' },
      { host: `localhost:${port}`, 'sec-fetch-site': 'cross-site' },
      { host: `localhost:${port}`, 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of refused) {
      for (const path of ['/', '/view.js', '/events']) expect(await status(headers, path)).toBe(403);
      expect(await status({ ...headers, 'content-type': 'application/json' }, '/stop', 'POST')).toBe(403);
    }
    const link = {
      host: `localhost:${port}`,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect(await status(link, '/')).toBe(200);
    expect(stopped).toEqual([]);
  });

  test('sends a page that loads nothing from elsewhere', async () => {
    const { url } = await serve(new RecordHub());
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; connect-src 'self'/,
    );
    expect(await page.text()).not.toMatch(/https?:/);
    expect((await fetch(`${url}view.js`)).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await fetch(`${url}other`)).status).toBe(404);
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
  });
});

describe('staticPage', () => {
  test('contains the records, of which no text ends the script', async () => {
    const page = await staticPage([batch(0), ended]);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toContain('<b>');
    const json = /<script type="application\/json" id="records">(.*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual([{ ...batch(0), values: { loss: { number: 'NaN' } } }, ended]);
  });
});

test('view-bundle.ts is up to date: node tooling/run/start.mjs packages/dashboard/src/server/bundle-view.child.ts', async () => {
  expect((await readFile(bundleUrl, 'utf8')) === (await bundledView())).toBe(true);
});

describe('a process', () => {
  test('ends after its training although a reader is connected, and appends records to a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manabi-dashboard-'));
    try {
      const file = join(folder, 'run.jsonl');
      const { code, stdout, stderr } = await runInNode(new URL('./training.child.ts', import.meta.url), {
        args: [file],
        timeout: 240_000,
      });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^Dashboard: http:\/\/127\.0\.0\.1:\d+\/\n200\nnull\n$/);
      const records = decodeRecords(await readFile(file, 'utf8'), file);
      expect(records[0].type).toBe('started');
      expect(records.at(-1)).toMatchObject({ type: 'ended', outcome: 'finished' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('RecordFile', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manabi-records-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('appends runs, and removes an incomplete line that a killed process left', async () => {
    const path = join(folder, 'runs.jsonl');
    const first = '{"type":"started","run":"a"}\n';
    await writeFile(path, `${first}{"type":"batch","run`);
    await new RecordFile(path).write(ended);
    expect(await readFile(path, 'utf8')).toBe(`${first}${JSON.stringify(ended)}\n`);
    await new RecordFile(path).write(ended);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
  });

  test('does not change other files', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'my notes');
    await expect(new RecordFile(path).write(ended)).rejects.toMatchObject({ code: 'file', data: { path } });
    expect(await readFile(path, 'utf8')).toBe('my notes');
    await expect(new RecordFile(join(folder, 'none', 'a.jsonl')).write(ended)).rejects.toMatchObject({ code: 'file' });
  });
});
