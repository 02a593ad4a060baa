import { readdir, writeFile } from 'node:fs/promises';
import { afterAll, expect, test } from '@jest/globals';
import { makeFolder } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);

test('makeFolder makes all folders on the way, once or twice, and not over a file', async () => {
  await makeFolder(inFolder('a', 'b'));
  await makeFolder(inFolder('a', 'b'));
  expect(await readdir(inFolder('a'))).toEqual(['b']);
  await writeFile(inFolder('file'), '');
  await expect(makeFolder(inFolder('file', 'c'))).rejects.toMatchObject({ code: 'notFound' });
});
