import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** How `runInNode` runs a program. */
export interface NodeProgramOptions {
  /** What the program finds in `process.argv` from the third place on. */
  readonly args?: readonly string[];
  /** Whether the program may call `globalThis.gc()`; by default false. */
  readonly exposeGc?: boolean;
  /** Further flags of Node. */
  readonly flags?: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether nobody reads what the program writes, as behind a `head` that has ended; by default false. */
  readonly closedOutput?: boolean;
  /** Milliseconds after which the program is killed; by default 60,000. */
  readonly timeout?: number;
}

/** How a program ended. */
export interface NodeProgramResult {
  /** Exit code, null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a TypeScript program from source in a Node process of its own, for what a test cannot do inside jest: watch
 * memory with the garbage collector exposed, be killed, look at the exit code. Such programs end in `.child.ts`, beside
 * their test.
 *
 * @param file path or `file:` URL
 * @throws Error when the process cannot be started or runs longer than `timeout`
 *
 * @example
 * const { code, stdout } = await runInNode(new URL('./steps.child.ts', import.meta.url), { exposeGc: true });
 */
export function runInNode(
  file: string | URL,
  {
    args = [],
    exposeGc = false,
    flags = [],
    env = {},
    closedOutput = false,
    timeout = 60_000,
  }: NodeProgramOptions = {},
): Promise<NodeProgramResult> {
  const path = typeof file === 'string' && !file.startsWith('file:') ? file : fileURLToPath(file);
  const runner = pathToFileURL(createRequire(import.meta.url).resolve('@tooling/run/register')).href;
  const gc = exposeGc ? ['--expose-gc'] : [];
  const command = ['--import', runner, '--conditions=@manabi/source', ...gc, ...flags, path, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let late = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    if (closedOutput) child.stdout.destroy();
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (late) reject(new Error(`${path} ran longer than ${timeout} ms and was killed.\n${stdout}${stderr}`));
      else resolve({ code, signal, stdout, stderr });
    });
  });
}
