import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';

test('a process without a terminal creates a project, and fails with code 2 without a template', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'create-manabi-test-'));
  try {
    const create = (...args: string[]) => runInNode(new URL('./main.ts', import.meta.url), { args, timeout: 120_000 });
    expect(await create(join(folder, 'my-app'))).toMatchObject({ code: 2, stdout: '' });
    expect(await create(join(folder, 'my-app'), '-t', 'node')).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(folder)).toEqual(['my-app']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
