import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findClassFolders } from './class-folders.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-class-folders-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes empty files; a path that ends in `/` is an empty folder. */
async function tree(name: string, paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    await mkdir(join(folder, name, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) await writeFile(join(folder, name, path), '');
  }
  return join(folder, name);
}

const find = async (name: string, paths: readonly string[]) => findClassFolders(await tree(name, paths), ['txt']);

describe('findClassFolders', () => {
  test('finds a folder per class, and ignores other and hidden files', async () => {
    const paths = ['b/1.txt', 'a/deep/2.TXT', 'a/notes.md', 'about.txt', '.git/x/3.txt', 'a/._1.txt'];
    expect(await find('flat', paths)).toEqual({
      train: { path: '', classNames: ['a', 'b'], files: ['a/deep/2.TXT', 'b/1.txt'] },
      validation: null,
      test: null,
    });
  });

  test.each([
    ['test', ['train', 'test'], null, 'test'],
    ['val', ['train', 'val'], null, 'val'],
    ['validation', ['Train', 'Validation'], null, 'Validation'],
    ['test, with a folder to validate on', ['train', 'valid', 'test'], 'valid', 'test'],
  ])(
    'finds folders for training and %s, below a folder with a description',
    async (name, parts, validation, tested) => {
      const paths = ['set/README.txt', ...parts.flatMap((part) => [`set/${part}/a/1.txt`, `set/${part}/b/1.txt`])];
      const found = await find(name, paths);
      expect(found.train.path).toBe(`set/${parts[0]}`);
      expect(found.validation?.path ?? null).toBe(validation === null ? null : `set/${validation}`);
      expect(found.test?.path).toBe(`set/${tested}`);
    },
  );

  test('tests on the validation folder if the test folder has no classes', async () => {
    const paths = ['train/a/1.txt', 'train/b/1.txt', 'val/a/1.txt', 'val/b/1.txt', 'test/1.txt'];
    expect((await find('competition', paths)).test?.path).toBe('val');
  });

  test('treats folders named train and test without classes as classes', async () => {
    expect((await find('trains', ['train/1.txt', 'tram/1.txt'])).train.classNames).toEqual(['train', 'tram']);
  });

  test('rejects an archive that is not a tar archive', async () => {
    const file = join(await tree('zipped', ['photos.zip']), 'photos.zip');
    await expect(findClassFolders(file, ['txt'])).rejects.toMatchObject({
      code: 'unsupported',
      data: { source: file },
    });
  });

  test.each([
    ['no samples', ['a/1.md'], 'no files that end in .txt'],
    ['a single class', ['a/1.txt', 'a/2.txt'], "only the folder 'a'"],
    ['no folders', ['1.txt', '2.txt'], 'no folders'],
    ['an empty class', ['a/1.txt', 'b/1.txt', 'c/'], '/c contains no samples'],
    ['an empty class for training', ['train/a/1.txt', 'train/b/1.txt', 'train/c/', 'val/a/1.txt'], 'train/c contains'],
    ['a class only in the test', ['train/a/1.txt', 'train/b/1.txt', 'test/c/1.txt'], '/test/c is a class without'],
    [
      'a test without classes',
      ['train/a/1.txt', 'train/b/1.txt', 'test/1.txt', 'test/x/'],
      '/test contains no folders with samples',
    ],
  ])('rejects %s', async (name, paths, message) => {
    await expect(find(name, paths)).rejects.toMatchObject({ code: 'data', message: expect.stringContaining(message) });
  });
});
