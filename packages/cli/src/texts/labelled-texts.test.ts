import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readTextFolders } from './labelled-texts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-texts-'));
  for (const part of ['train', 'test']) {
    for (const name of ['neg', 'pos']) {
      await mkdir(join(folder, part, name), { recursive: true });
      for (let i = 0; i < 20; i++) await writeFile(join(folder, part, name, `${i}.txt`), `${part} ${name} ${i}`);
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('texts to train on are in random order, because the last ones are used for validation', async () => {
  const { classNames, train, test: testing } = await readTextFolders(folder, 1);
  expect(classNames).toEqual(['neg', 'pos']);
  expect(new Set(train.slice(-10).map(({ label }) => label))).toEqual(new Set([0, 1]));
  expect(train.every(({ text, label }) => text.startsWith(`train ${classNames[label]} `))).toBe(true);
  expect(new Set(train.map(({ text }) => text)).size).toBe(40);
  expect(testing).toHaveLength(40);
  expect((await readTextFolders(folder, 1)).train).toEqual(train);
  expect((await readTextFolders(folder, 2)).train).not.toEqual(train);
});

test('texts of a folder for validation are used besides those for the test', async () => {
  expect((await readTextFolders(folder, 1)).validation).toBeNull();
  await mkdir(join(folder, 'val', 'pos'), { recursive: true });
  await writeFile(join(folder, 'val', 'pos', '1.txt'), 'val pos 1');
  const { validation, test: testing } = await readTextFolders(folder, 1);
  expect(validation).toEqual([{ text: 'val pos 1', label: 1 }]);
  expect(testing).toHaveLength(40);
});
