import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type SiteServer, serve } from './serve.ts';

let folder: string;
let server: SiteServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'manabi-serve-'));
  mkdirSync(join(folder, 'site', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'site', 'index.html'), 'front');
  writeFileSync(join(folder, 'site', '404.html'), 'missing');
  writeFileSync(join(folder, 'site', 'lib', 'a.js'), 'export {};');
  server = await serve(join(folder, 'site'), { base: '/docs/' });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('serves files below the base with types, isolation and caching', async () => {
  const script = await fetch(`${server.address}lib/a.js`);
  expect(script.headers.get('content-type')).toContain('text/javascript');
  expect(script.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect(await script.text()).toBe('export {};');
  expect(await (await fetch(server.address)).text()).toBe('front');
});

test.each(['nothing', '../secret.txt', '..%2fsecret.txt', '%ZZ', 'lib'])('answers 404 for %s', async (path) => {
  const response = await fetch(new URL(`${server.address}${path}`));
  expect([response.status, await response.text()]).toEqual([404, 'missing']);
});

test('answers 404 outside of the base', async () => {
  expect((await fetch(new URL('/', server.address))).status).toBe(404);
});
