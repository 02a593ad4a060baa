import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'manabi-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm start` as if called from a folder. */
function start(from: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('./start.mjs', import.meta.url)), ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, INIT_CWD: from },
    },
  );
  return { status, stdout, stderr };
}

describe('npm start', () => {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    [
      "import { tensor } from 'manabi';",
      "import 'manabi/layers';",
      "import '@manabi/compiler/interpret';",
      'console.log(await tensor([1, 2]).array(), process.argv[2]);',
    ].join('\n'),
  );

  test('runs a program outside the repository, by a path relative to the current folder', () => {
    expect(start(folder, basename(program), 'argument')).toMatchObject({ status: 0, stdout: '[ 1, 2 ] argument\n' });
  }, 60_000);

  test('reports a missing package and the program that imports it', () => {
    writeFileSync(join(folder, 'misspelled.ts'), "import '@manabi/layer';\n");
    const { status, stderr } = start(folder, 'misspelled.ts');
    expect(status).not.toBe(0);
    expect(stderr).toContain(`Cannot find package '@manabi/layer' imported from ${join(folder, 'misspelled.ts')}`);
  }, 60_000);

  test('reports a missing file without a stack trace', () => {
    const { status, stderr } = start(folder, 'missing.ts');
    expect(status).toBe(2);
    expect(stderr).toContain(join(folder, 'missing.ts'));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('prints its usage if no file is given', () => {
    expect(start(folder)).toMatchObject({ status: 2, stderr: expect.stringContaining('npm start FILE') });
  });
});
