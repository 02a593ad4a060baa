import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { runnerFile } from './bundle.ts';
import { type Contestant, npmFolder, pythonCommand } from './contestants.ts';
import { parseReply, type Reply, type Request } from './protocol.ts';

/** The process of a runner that is ready for requests. */
export interface RunnerProcess {
  readonly version: string;
  /** Actual number of threads; some libraries always use one in Node. */
  readonly threads: number;
  readonly note: string | null;
  /** Name of the WebGPU adapter; null for libraries that run on the CPU. */
  readonly adapter: string | null;
  /**
   * Sends a request and resolves to the reply.
   *
   * @throws Error if the process ends, or does not reply in time; in the latter case, it is killed
   */
  readonly ask: (request: Exclude<Request, { do: 'quit' }>) => Promise<Reply>;
  /** Returns whether the process is still running. */
  readonly isAlive: () => boolean;
  /** Asks the process to quit, and resolves when the process has ended. */
  readonly quit: () => Promise<void>;
}

/** Longest time to wait for a reply, in milliseconds. */
export const REPLY_MS = 180_000;

/** Number of characters at the end of standard error that error messages show. */
const ERROR_TAIL = 2000;

/** Options of `startRunner`. */
export interface RunnerOptions {
  readonly threads: number;
  /** Name of the WebGPU adapter to use, or part of it; null for the default. */
  readonly adapter: string | null;
}

/**
 * Starts the process of a contestant in Node or Python.
 *
 * @throws Error if the process ends or times out before it is ready
 */
export async function startRunner(contestant: Contestant, { threads, adapter }: RunnerOptions): Promise<RunnerProcess> {
  const python = contestant.origin === 'python';
  const child = spawn(
    python ? pythonCommand : process.execPath,
    [runnerFile(contestant), contestant.variant, String(threads), npmFolder, adapter ?? ''],
    { env: environment(threads), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const { next, isAlive, ended } = replies(child);
  const ready = await next();
  if (ready.reply !== 'ready') throw new Error(`Unexpected reply '${ready.reply}' before 'ready'.`);
  const write = (request: Request) => child.stdin.write(`${JSON.stringify(request)}\n`);
  return {
    version: ready.version,
    threads: ready.threads,
    note: ready.note,
    adapter: ready.adapter,
    ask: (request) => {
      const reply = next();
      write(request);
      return reply;
    },
    isAlive,
    quit: async () => {
      if (isAlive()) write({ do: 'quit' });
      await ended;
    },
  };
}

/**
 * Returns the environment variables of a runner. They set the number of threads of all libraries; variables that select
 * a certain BLAS kernel are removed.
 */
function environment(threads: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENBLAS_'));
  return {
    ...Object.fromEntries(kept),
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  };
}

/**
 * Reads the replies of a process. Returns functions that wait for the next reply and that return whether the process is
 * alive, and a promise that resolves when the process has ended.
 */
function replies(child: ChildProcessByStdio<Writable, Readable, Readable>) {
  const arrived: Reply[] = [];
  let waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;
  let failure: Error | null = null;
  let errors = '';

  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERROR_TAIL);
  });
  createInterface(child.stdout).on('line', (line) => {
    const reply = parseReply(line);
    if (reply === null) return;
    if (waiting === null) arrived.push(reply);
    else waiting.resolve(reply);
  });
  const fail = (error: Error) => {
    failure ??= error;
    waiting?.reject(failure);
  };
  // This error means that the process has just ended. Its exit is reported with a better error.
  child.stdin.on('error', () => {});
  child.on('error', fail);
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      fail(new Error(`The process ended (${signal ?? code}). ${errors.trim()}`));
      resolve();
    });
  });

  const next = async (): Promise<Reply> => {
    const reply = arrived.shift();
    if (reply !== undefined) return reply;
    if (failure !== null) throw failure;
    const timer = setTimeout(() => {
      fail(new Error(`No reply within ${REPLY_MS / 1000} s.`));
      child.kill('SIGKILL');
    }, REPLY_MS);
    try {
      return await new Promise<Reply>((resolve, reject) => {
        waiting = { resolve, reject };
      });
    } finally {
      waiting = null;
      clearTimeout(timer);
    }
  };
  return { next, isAlive: () => failure === null, ended };
}
