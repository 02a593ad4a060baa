import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runInNode } from '@manabi/testing';
import { loadModel } from 'manabi';

const command = new URL('./main.ts', import.meta.url);

/** Limit in milliseconds for a test that starts a process; long, because busy machines are slow. */
const timeout = 240_000;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a process of manabi train --json prints one line of JSON to stdout', async () => {
  const { code, stdout } = await runInNode(command, { args: ['train', 'xor', '--epochs', '100', '--json'], timeout });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toHaveLength(2);
  expect(JSON.parse(stdout)).toMatchObject({ task: 'xor', testAccuracy: 1 });
});

test('a process of manabi exits with code 2 after a usage error, and with code 1 after a failure', async () => {
  expect(await runInNode(command, { args: ['train', 'chess'], timeout })).toMatchObject({ code: 2, stdout: '' });
  const missing = await runInNode(command, { args: ['inspect', join(folder, 'none.keras')], timeout });
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).not.toContain('    at ');
});

test('manabi train --plan-cache keeps plans for the next process, and trains the same network', async () => {
  const env = { MANABI_CACHE: join(folder, 'cache'), MANABI_PLAN_CACHE: '' };
  const losses: unknown[] = [];
  for (const options of [[], ['--plan-cache'], ['--plan-cache']]) {
    const args = ['train', 'xor', '--epochs', '5', '--json', ...options];
    const { stdout } = await runInNode(command, { args, env, timeout });
    losses.push(JSON.parse(stdout).testLoss);
  }
  expect(new Set(losses).size).toBe(1);
  expect((await readdir(join(folder, 'cache', 'plans'))).length).toBeGreaterThan(0);
});

test('manabi doctor exits without an error if the reader closes its output early, like head', async () => {
  const { stderr } = await runInNode(command, { args: ['doctor'], closedOutput: true, timeout });
  // With software drivers, the npm package webgpu prints warnings to stderr.
  expect(stderr.replace(/^Warning: max\w+ artificially reduced .*\n/gm, '')).toBe('');
});

test('manabi train saves the weights after Ctrl-C stops the training', async () => {
  const path = join(folder, 'early.keras');
  const { code, stdout } = await runInNode(new URL('./interrupted.child.ts', import.meta.url), {
    args: ['train', 'mnist-mlp', '--samples', '256', '--epochs', '20', '--out', path, '--json'],
    timeout,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ task: 'mnist-mlp', interrupted: true });
  expect((await loadModel(path)).compiled).toBe(true);
});

test('manabi --help starts without loading the code of the commands', async () => {
  const coverage = join(folder, 'coverage');
  await mkdir(coverage);
  // Node lists the files that a process has loaded when it writes their coverage.
  await runInNode(command, { args: ['--help'], env: { NODE_V8_COVERAGE: coverage }, timeout });
  const reports = await Promise.all((await readdir(coverage)).map((file) => readFile(join(coverage, file), 'utf8')));
  const loads = (part: string): boolean => reports.some((report) => report.includes(part));
  expect(loads('/cli/src/commands/train.ts')).toBe(true);
  expect(loads('/cli/src/actions/')).toBe(false);
  expect(loads('/core/src/')).toBe(false);
});
