import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { fuzzed } from './fuzz.ts';

/** Number of calls. Set `MANABI_FUZZ=30000` for a nightly run. */
const CALLS = Number(process.env.MANABI_FUZZ ?? 3000);

/** Milliseconds without output after which a call is reported as hanging. */
const LONGEST_MS = 120_000;

/**
 * Makes calls in a child process, which is restarted after each crash or hang, and returns a description of each wrong
 * behavior.
 */
async function faultsOf(calls: number): Promise<readonly string[]> {
  const faults: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'manabi-arguments-'));
  try {
    for (let next = 0; next < calls; ) {
      const { last, found, ended } = await runFrom(next, calls - next, folder);
      faults.push(...found);
      if (ended === 'done') break;
      faults.push(`${ended}: ${last}`);
      next = Number(/^> (\d+)/.exec(last)?.[1] ?? next) + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return faults;
}

interface Run {
  /** Description of the last call that was started. */
  readonly last: string;
  readonly found: readonly string[];
  readonly ended: 'done' | 'aborted' | 'hangs';
}

async function runFrom(start: number, count: number, folder: string): Promise<Run> {
  const runner = pathToFileURL(createRequire(import.meta.url).resolve('@tooling/run/register')).href;
  const file = fileURLToPath(new URL('./fuzz.child.ts', import.meta.url));
  const flags = ['--import', runner, '--conditions=@manabi/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, file, String(start), String(count)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let [last, hangs] = ['> none', false];
  const found: string[] = [];
  let timer = watch(child, () => (hangs = true));
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = watch(child, () => (hangs = true));
    if (line.startsWith('> ')) last = line;
    else found.push(line);
  }
  clearTimeout(timer);
  const code = child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve)));
  return { last, found, ended: code === 0 ? 'done' : hangs ? 'hangs' : 'aborted' };
}

function watch(child: ChildProcess, late: () => void): NodeJS.Timeout {
  return setTimeout(() => {
    late();
    child.kill('SIGKILL');
  }, LONGEST_MS);
}

describe('calls of exported functions with wrong arguments', () => {
  test('are generated for over 400 functions from all sixteen entry points for users', () => {
    const modules = new Set(fuzzed.map(({ module }) => module));
    expect(modules.size).toBe(16);
    expect(fuzzed.length).toBeGreaterThan(400);
  });

  test(`throw a ManabiError and never hang, crash or return NaN, in ${CALLS} calls`, async () => {
    const faults = await faultsOf(CALLS);
    expect(faults.slice(0, 20)).toEqual([]);
  }, 3_600_000);
});
