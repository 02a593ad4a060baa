import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { stripped } from './stripped.mjs';

const root = mkdtempSync(join(tmpdir(), 'manabi-stripped-'));
const cache = join(root, 'node_modules', '.cache', 'manabi-stripped');
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('stripped removes the types from a file, caches the result, and strips the file again after a change', async () => {
  const file = join(root, 'a.ts');
  writeFileSync(file, 'export const a: number = 1;');
  const first = await stripped(file, root);
  expect(first).toContain('const a = 1;');

  const [kept] = readdirSync(cache);
  writeFileSync(join(cache, kept), `${readFileSync(join(cache, kept), 'utf8').split('\n', 1)[0]}\nkept`);
  expect(await stripped(file, root)).toBe('kept');

  writeFileSync(file, 'export const a: number = 2;');
  expect(await stripped(file, root)).toContain('const a = 2;');
  expect(readdirSync(cache)).toEqual([kept]);
});

test('stripped caches no results for installed packages and for files outside the repository', async () => {
  rmSync(cache, { recursive: true, force: true });
  const installed = join(root, 'node_modules', 'b.ts');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(installed, 'export const b: number = 1;');
  expect(await stripped(installed, root)).toContain('const b = 1;');
  expect(await stripped(installed, join(root, 'other'))).toContain('const b = 1;');
  expect(() => readdirSync(cache)).toThrow('ENOENT');
});
