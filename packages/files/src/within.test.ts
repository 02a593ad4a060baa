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
  await writeFile(inFolder('models-of-others', 'a'), 'theirs');
  await writeFile(inFolder('models', 'a'), 'mine');
  await writeFile(inFolder('models', 'deep', '..b'), 'deep');
  await symlink(inFolder('secret'), inFolder('models', 'link-out'));
  await symlink(inFolder('models', 'a'), inFolder('link-in'));
});

describe('within', () => {
  test('reads files in the folder, and links that lead into it', async () => {
    expect(await readText(inFolder('models', 'a'), { within: folder })).toBe('mine');
    expect(await readText(pathToFileURL(inFolder('models', 'deep', '..b')), { within: folder })).toBe('deep');
    expect(await readText(inFolder('link-in'), { within: folder })).toBe('mine');
    await expect(readText(inFolder('models', 'missing'), { within: folder })).rejects.toMatchObject({
      code: 'notFound',
    });
  });

  test.each([
    ['a path outside', () => inFolder('secret')],
    ['dots that lead out', () => `${folder}/../secret`],
    ['a folder whose name begins alike', () => inFolder('models-of-others', 'a')],
    ['a link that leads out', () => inFolder('models', 'link-out')],
    ['the folder itself', () => folder],
    ['a URL outside', () => pathToFileURL(inFolder('secret'))],
  ])('refuses %s', async (_, source) => {
    await expect(readText(source(), { within: folder })).rejects.toMatchObject({ code: 'refused' });
    await expect(openRandomAccess(source(), { within: folder })).rejects.toMatchObject({ code: 'refused' });
  });
});
