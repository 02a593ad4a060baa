import { afterEach, expect, test } from '@jest/globals';
import { listPack } from './list-pack.ts';
import { packOf, removeFolders } from './tarball.fixture.ts';

afterEach(removeFolders);

const complete = { LICENSE: '', 'README.md': '', 'dist/index.js': '', 'dist/index.d.ts': '' };
const manifest = { name: 'p', sideEffects: false };

test('listPack accepts a tarball with only the required files', async () => {
  expect(await listPack(packOf(manifest, complete))).toEqual([]);
});

test('listPack accepts tests in templates of projects', async () => {
  expect(await listPack(packOf(manifest, { ...complete, 'templates/node/src/x.test.ts': '' }))).toEqual([]);
});

test.each([
  'src/x.test.ts',
  'src/x.child.ts',
  'src/x.fixture.ts',
  'src/goldens/x.json',
  'src/__snapshots__/x.test.ts.snap',
])('listPack rejects a tarball that contains %s', async (file) => {
  expect(await listPack(packOf(manifest, { ...complete, [file]: '' }))).toHaveLength(1);
});

test.each(Object.keys(complete))('listPack rejects a tarball without %s', async (file) => {
  const { [file]: _, ...others }: Record<string, string> = complete;
  expect(await listPack(packOf(manifest, others))).toHaveLength(1);
});

test('listPack rejects dependencies with version ranges that work only in this repository', async () => {
  const dependencies = { a: 'workspace:*', b: 'catalog:', c: '^1.0.0' };
  expect(await listPack(packOf({ ...manifest, dependencies }, complete))).toHaveLength(2);
});

test('listPack rejects a manifest without sideEffects', async () => {
  expect(await listPack(packOf({ name: 'p' }, complete))).toHaveLength(1);
});
