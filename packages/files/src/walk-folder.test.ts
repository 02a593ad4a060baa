import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { walkFolder } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
beforeAll(() => {
  for (const folder of ['tree/a/b', 'tree/empty', 'outside']) mkdirSync(inFolder(folder), { recursive: true });
  for (const file of ['tree/1', 'tree/a/2', 'tree/a/b/3', 'outside/4']) writeFileSync(inFolder(file), '');
  symlinkSync(inFolder('outside'), inFolder('tree', 'link'));
  symlinkSync(inFolder('tree'), inFolder('tree', 'a', 'cycle'));
  symlinkSync(inFolder('tree', '1'), inFolder('tree', 'a', 'file-link'));
  symlinkSync(inFolder('missing'), inFolder('tree', 'broken'));
});

const sorted = async (...given: Parameters<typeof walkFolder>) => {
  const { files, folders } = await walkFolder(...given);
  return { files: [...files].sort(), folders: [...folders].sort() };
};

describe('walkFolder', () => {
  test('lists nested files and folders, and links to them, without entering links', async () => {
    const expected = {
      files: ['1', 'a/2', 'a/b/3', 'a/file-link'],
      folders: ['a', 'a/b', 'a/cycle', 'empty', 'link'],
    };
    expect(await sorted(inFolder('tree'))).toEqual(expected);
    expect(await sorted(pathToFileURL(inFolder('tree')))).toEqual(expected);
  });

  test('enters links if followLinks is true, but no cycle', async () => {
    const { files } = await sorted(inFolder('tree'), { followLinks: true });
    expect(files).toEqual(['1', 'a/2', 'a/b/3', 'a/file-link', 'link/4']);
  });

  test('rejects a missing folder and a file', async () => {
    await expect(walkFolder(inFolder('none'))).rejects.toMatchObject({ code: 'notFound' });
    await expect(walkFolder(inFolder('tree', '1'))).rejects.toMatchObject({ code: 'notFound' });
  });
});
