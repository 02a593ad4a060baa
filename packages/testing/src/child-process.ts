import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Options of `runInNode`. */
export interface NodeProgramOptions {
  /** Command-line arguments, which the program finds in `process.argv.slice(2)`. */
  readonly args?: readonly string[];
  /** Whether to define `globalThis.gc()`. Default: false. */
  readonly exposeGc?: boolean;
  /** Additional command-line flags for Node, such as `--max-old-space-size=100`. */
  readonly flags?: readonly string[];
  /** Environment variables to add to those of the current process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to close the reading end of stdout, as when the program is piped into a `head` that has exited. Default: false. */
  readonly closedOutput?: boolean;
  /** Milliseconds after which the program is killed. Default: 60,000. */
  readonly timeout?: number;
}

/** Result of `runInNode`. */
export interface NodeProgramResult {
  /** Exit code, or null if a signal ended the program. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a TypeScript file in a separate Node process. Tests use this for what cannot be tested inside jest's process,
 * such as exit codes, kill signals and garbage collection. The files of such programs end in `.child.ts` and lie beside
 * the test.
 *
 * @param file path or `file:` URL
 * @throws Error if the process cannot be started or exceeds `timeout`
 * @example
 * ```ts no-run
 * const { code, stdout } = await runInNode('steps.child.ts', { args: ['100'], exposeGc: true });
 * ```
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
