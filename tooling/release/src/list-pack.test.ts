import { afterEach, expect, test } from '@jest/globals';
import { listPack } from './list-pack.ts';
import { packOf, removeFolders } from './tarball.fixture.ts';

afterEach(removeFolders);

const complete = { LICENSE: '', 'README.md': '', 'dist/index.js': '', 'dist/index.d.ts': '' };
const manifest = { name: 'p', sideEffects: false };

test('a package with only the required files has no problems', async () => {
  expect(await listPack(packOf(manifest, complete))).toEqual([]);
});

test.each([
  'src/x.test.ts',
  'src/x.child.ts',
  'src/x.fixture.ts',
  'src/goldens/x.json',
  'src/__snapshots__/x.test.ts.snap',
])('%s is not published', async (file) => {
  expect(await listPack(packOf(manifest, { ...complete, [file]: '' }))).toHaveLength(1);
});

test.each(Object.keys(complete))('%s is published', async (file) => {
  const { [file]: _, ...others }: Record<string, string> = complete;
  expect(await listPack(packOf(manifest, others))).toHaveLength(1);
});

test('finds version ranges that work only in this repository', async () => {
  const dependencies = { a: 'workspace:*', b: 'catalog:', c: '^1.0.0' };
  expect(await listPack(packOf({ ...manifest, dependencies }, complete))).toHaveLength(2);
});

test('requires sideEffects', async () => {
  expect(await listPack(packOf({ name: 'p' }, complete))).toHaveLength(1);
});
