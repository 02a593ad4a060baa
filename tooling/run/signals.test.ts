import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'manabi-signals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Starts a program with `npm start`, and sends a signal to `npm start`, but not to the program, after the program has
 * printed a line. Returns the exit code or signal of `npm start`, and the output.
 */
function interrupted(name: string, code: string, signal: NodeJS.Signals) {
  const program = join(folder, name);
  writeFileSync(program, `${code}\nconsole.log('pid', process.pid);\nsetTimeout(() => {}, 60_000);\n`);
  // A detached process has no terminal, so Ctrl-C reaches the program only through `npm start`.
  const child = spawn(process.execPath, [fileURLToPath(new URL('./start.mjs', import.meta.url)), program], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  let isSent = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (!isSent && printed.includes('pid')) {
      isSent = true;
      child.kill(signal);
    }
  });
  return new Promise<{ readonly code: number | null; readonly signal: string | null; readonly printed: string }>(
    (resolve, reject) => {
      child.on('error', reject);
      // The stream closes only after the program has ended as well.
      child.on('close', (code, signal) => resolve({ code, signal, printed }));
    },
  );
}

describe.each(['SIGINT', 'SIGTERM'] as const)('npm start, when it receives %s,', (signal) => {
  test('passes the signal to its program, and ends by the signal if the program does', async () => {
    expect(await interrupted(`${signal}.ts`, '', signal)).toMatchObject({ code: null, signal });
  }, 60_000);

  test('passes the signal to its program only once, and ends with the exit code of a program that handles the signal', async () => {
    const code = `process.on('${signal}', () => { console.log('finishing'); setTimeout(() => process.exit(7), 300); });`;
    const end = await interrupted(`${signal}-handled.ts`, code, signal);
    expect(end).toMatchObject({ code: 7, signal: null });
    expect(end.printed.match(/finishing/g)).toHaveLength(1);
  }, 60_000);
});
