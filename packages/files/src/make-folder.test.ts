import { readdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { makeFolder } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);

test('makeFolder creates missing parents, accepts an existing folder, and rejects a path through a file', async () => {
  await makeFolder(inFolder('a', 'b'));
  await makeFolder(inFolder('a', 'b'));
  expect(await readdir(inFolder('a'))).toEqual(['b']);
  for (const url of [pathToFileURL(inFolder('c')), pathToFileURL(inFolder('d')).href]) await makeFolder(url);
  expect(await readdir(inFolder('.'))).toEqual(['a', 'c', 'd']);
  await writeFile(inFolder('file'), '');
  await expect(makeFolder(inFolder('file', 'c'))).rejects.toMatchObject({ code: 'notFound' });
});
