import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { runnerFile } from './bundle.ts';
import { type Contestant, npmFolder, pythonCommand } from './contestants.ts';
import { parseReply, type Reply, type Request } from './protocol.ts';

/** A runner that has said it is ready. */
export interface RunnerProcess {
  readonly version: string;
  /** Threads that it really has: some libraries have one in Node, whatever is asked for. */
  readonly threads: number;
  readonly note: string | null;
  /**
   * Sends a request and waits for the reply.
   *
   * @throws Error when the process ends or does not answer in time; it is gone then
   */
  readonly ask: (request: Exclude<Request, { do: 'quit' }>) => Promise<Reply>;
  /** False once the process is gone. */
  readonly isAlive: () => boolean;
  /** Asks it to end, and resolves when it has. */
  readonly quit: () => Promise<void>;
}

/** Longest time for one request. */
const REPLY_MS = 180_000;

/** What is kept of a runner's standard error for the message when it dies. */
const ERROR_TAIL = 2000;

/**
 * Starts a contestant in a process of its own, pinned to a number of threads.
 *
 * @throws Error when it ends or does not answer before it is ready
 */
export async function startRunner(contestant: Contestant, threads: number): Promise<RunnerProcess> {
  const python = contestant.origin === 'python';
  const child = spawn(
    python ? pythonCommand : process.execPath,
    [runnerFile(contestant), contestant.variant, String(threads), npmFolder],
    { env: environment(threads), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const { next, isAlive, ended } = replies(child);
  const ready = await next();
  if (ready.reply !== 'ready') throw new Error(`It said '${ready.reply}' before it was ready.`);
  const write = (request: Request) => child.stdin.write(`${JSON.stringify(request)}\n`);
  return {
    version: ready.version,
    threads: ready.threads,
    note: ready.note,
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

/** Thread counts for every library that reads them from the environment; nothing that picks a BLAS kernel by force. */
function environment(threads: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('OPENBLAS_'));
  return {
    ...Object.fromEntries(kept),
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
  };
}

/** The replies of a child, asked for one at a time. */
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
  // A write to a process that has just ended; its end says more.
  child.stdin.on('error', () => {});
  child.on('error', fail);
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      fail(new Error(`Its process ended (${signal ?? code}). ${errors.trim()}`));
      resolve();
    });
  });

  const next = async (): Promise<Reply> => {
    const reply = arrived.shift();
    if (reply !== undefined) return reply;
    if (failure !== null) throw failure;
    const timer = setTimeout(() => {
      fail(new Error(`It did not answer within ${REPLY_MS / 1000} s.`));
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
