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

  test('defaults to a folder beside the repository', () => {
    expect(isAbsolute(sharedFolder())).toBe(true);
    expect(sharedFolder()).toMatch(/[\\/]shared$/);
  });

  test('returns the value of MANABI_SHARED', () => {
    process.env.MANABI_SHARED = tmpdir();
    expect(sharedFolder()).toBe(tmpdir());
  });
});

describe('describeWithShared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manabi-shared-'));
  writeFileSync(join(folder, 'existing.bin'), '');
  const seen: string[] = [];
  const before = process.env.MANABI_SHARED;
  process.env.MANABI_SHARED = folder;
  describeWithShared('an existing file', 'existing.bin', (path) => {
    seen.push(path);
    test('runs the tests that need the file', () => {
      expect(path).toBe(join(folder, 'existing.bin'));
    });
  });
  if (before === undefined) delete process.env.MANABI_SHARED;
  else process.env.MANABI_SHARED = before;
  rmSync(folder, { recursive: true });

  test('passes the absolute path of an existing file to its callback', () => {
    expect(seen).toEqual([join(folder, 'existing.bin')]);
  });
});
