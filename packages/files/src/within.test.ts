import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRandomAccess, readText } from './index.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
const folder = inFolder('models');

beforeAll(async () => {
  await mkdir(inFolder('models', 'deep'), { recursive: true });
  await mkdir(inFolder('models-of-others'));
  await writeFile(inFolder('secret'), 'secret');
  await writeFile(inFolder('models-of-others', 'a'), 'other');
  await writeFile(inFolder('models', 'a'), 'mine');
  await writeFile(inFolder('models', 'deep', '..b'), 'deep');
  await symlink(inFolder('secret'), inFolder('models', 'link-out'));
  await symlink(inFolder('models', 'a'), inFolder('link-in'));
});

describe('option `within`', () => {
  test('allows files in the folder, and links to files in the folder', async () => {
    expect(await readText(inFolder('models', 'a'), { within: folder })).toBe('mine');
    expect(await readText(pathToFileURL(inFolder('models', 'deep', '..b')), { within: folder })).toBe('deep');
    expect(await readText(inFolder('link-in'), { within: folder })).toBe('mine');
    await expect(readText(inFolder('models', 'missing'), { within: folder })).rejects.toMatchObject({
      code: 'notFound',
    });
  });

  test.each([
    ['a path outside', () => inFolder('secret')],
    ['a path that leaves the folder through ..', () => `${folder}/../secret`],
    ['a folder whose name starts with the same letters', () => inFolder('models-of-others', 'a')],
    ['a link to a file outside', () => inFolder('models', 'link-out')],
    ['the folder itself', () => folder],
    ['a URL outside', () => pathToFileURL(inFolder('secret'))],
  ])('rejects %s', async (_, source) => {
    await expect(readText(source(), { within: folder })).rejects.toMatchObject({ code: 'refused' });
    await expect(openRandomAccess(source(), { within: folder })).rejects.toMatchObject({ code: 'refused' });
  });
});
