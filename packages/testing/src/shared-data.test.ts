import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeWithShared, sharedFolder } from './shared-data.ts';

describe('sharedFolder', () => {
  const before = process.env.MANABI_SHARED;

  beforeEach(() => {
    delete process.env.MANABI_SHARED;
  });

  afterEach(() => {
    if (before === undefined) delete process.env.MANABI_SHARED;
    else process.env.MANABI_SHARED = before;
  });

  test('is beside the repository by default', () => {
    expect(isAbsolute(sharedFolder())).toBe(true);
    expect(sharedFolder()).toMatch(/[\\/]shared$/);
  });

  test('is what MANABI_SHARED says', () => {
    process.env.MANABI_SHARED = tmpdir();
    expect(sharedFolder()).toBe(tmpdir());
  });
});

describe('describeWithShared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-shared-'));
  writeFileSync(join(folder, 'there.bin'), '');
  const seen: string[] = [];
  const before = process.env.MANABI_SHARED;
  process.env.MANABI_SHARED = folder;
  describeWithShared('a file that is there', 'there.bin', (path) => {
    seen.push(path);
    test('runs its tests', () => {
      expect(path).toBe(join(folder, 'there.bin'));
    });
  });
  if (before === undefined) delete process.env.MANABI_SHARED;
  else process.env.MANABI_SHARED = before;
  rmSync(folder, { recursive: true });

  test('collects the tests with the path', () => {
    expect(seen).toEqual([join(folder, 'there.bin')]);
  });
});
