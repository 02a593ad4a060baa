import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { expect, test } from '@jest/globals';
import { shrinkFolder } from './shrink-folder.ts';

const planName = (digit: string, ending = ''): string => `${digit.repeat(64)}.plan${ending}`;

test('removes the plans that were not used for the longest time, abandoned files, and no files of others', () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'manabi-plans-'));
  const now = Date.now() / 1000;
  const write = (name: string, bytes: number, age: number): void => {
    fs.writeFileSync(path.join(folder, name), new Uint8Array(bytes));
    fs.utimesSync(path.join(folder, name), now - age, now - age);
  };
  try {
    write(planName('a'), 100, 30);
    write(planName('b'), 100, 40);
    write(planName('c'), 100, 10);
    write(planName('d'), 100, 20);
    write(planName('e', '.12-34.tmp'), 100, 4000);
    write(planName('f', '.12-34.tmp'), 100, 10);
    write('photo.png', 1000, 1e6);
    write('0123.plan', 1000, 1e6);

    shrinkFolder(folder, 250, { fs, path });
    expect(fs.readdirSync(folder).sort()).toEqual(
      [planName('c'), planName('d'), planName('f', '.12-34.tmp'), 'photo.png', '0123.plan'].sort(),
    );
    shrinkFolder(folder, 0, { fs, path });
    expect(fs.readdirSync(folder).sort()).toEqual([planName('f', '.12-34.tmp'), 'photo.png', '0123.plan'].sort());
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
