import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compress, openTar } from '../index.ts';
import { temporaryFolder } from '../temporary-folder.fixture.ts';

const { inFolder, remove } = temporaryFolder();
afterAll(remove);
/** Paths in the archives: short ones, one that needs the prefix of ustar, and one that needs a pax or GNU header. */
const paths = ['a.txt', 'ä/日本.txt', `${'long/'.repeat(25)}b.txt`, `${'x'.repeat(150)}/${'y'.repeat(120)}.txt`];
const contentOf = (path: string) => `content of ${path}`.repeat(40);
beforeAll(() => {
  for (const path of paths) {
    mkdirSync(inFolder('tree', path, '..'), { recursive: true });
    writeFileSync(inFolder('tree', path), contentOf(path));
  }
});

const tarOf = (format: string, file: string, ...given: string[]) =>
  execFileSync('tar', [`--format=${format}`, '-C', inFolder('tree'), '-cf', inFolder(file), ...given, '.']);

async function contents(source: string | Blob): Promise<Record<string, string>> {
  const { files, close } = await openTar(source);
  const entries = [];
  for (const { path, read } of files) entries.push([path, new TextDecoder().decode(await read())]);
  await close();
  return Object.fromEntries(entries);
}

const expected = Object.fromEntries(paths.map((path) => [path, contentOf(path)]));

describe('openTar', () => {
  test.each(['pax', 'gnu'])('reads archives in the format %s, with long paths', async (format) => {
    tarOf(format, `${format}.tar`);
    expect(await contents(inFolder(`${format}.tar`))).toEqual(expected);
  });

  test('reads paths with a prefix, as in the format ustar', async () => {
    tarOf('ustar', 'ustar.tar', '--exclude=x*');
    const { [paths[3]]: _, ...rest } = expected;
    expect(await contents(inFolder('ustar.tar'))).toEqual(rest);
  });

  test('reads a blob, and an archive compressed with gzip', async () => {
    tarOf('pax', 'whole.tar');
    const bytes = new Uint8Array(readFileSync(inFolder('whole.tar')));
    expect(await contents(new Blob([bytes]))).toEqual(expected);
    expect(await contents(new Blob([await compress(bytes)]))).toEqual(expected);
  });

  test('rejects archives that are cut off or damaged, and other files', async () => {
    tarOf('pax', 'damaged.tar');
    const bytes = new Uint8Array(readFileSync(inFolder('damaged.tar')));
    const errorOf = (blob: Blob) => openTar(blob).then(null, ({ code }) => code);
    expect(await errorOf(new Blob([bytes.slice(0, 700)]))).toBe('truncated');
    expect(await errorOf(new Blob([]))).toBe('truncated');
    expect(await errorOf(new Blob([bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte))]))).toBe('corrupt');
    expect(await errorOf(new Blob(['no archive'.repeat(100)]))).toBe('corrupt');
    expect(await errorOf(new Blob([bytes.map((byte, i) => (i === 125 ? 120 : byte))]))).toBe('corrupt');
  });
});
