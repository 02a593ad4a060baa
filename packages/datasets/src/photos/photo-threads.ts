import type { Worker } from 'node:worker_threads';
import { ManabiError } from '@manabi/errors';
import { codec } from './codec.ts';
import type { AnswerTo, PhotoTask } from './photo-task.ts';
import { program } from './photo-worker.ts';

/** Threads that decode and resize photos. */
export interface PhotoThreads {
  readonly count: number;
  /**
   * Runs a task on the thread with the fewest tasks.
   *
   * @returns the answer, or undefined if the thread stopped
   * @throws ManabiError `aborted` as soon as the signal fires
   */
  run<Task extends PhotoTask>(task: Task, signal?: AbortSignal): Promise<AnswerTo<Task> | undefined>;
}

/** Tasks that a thread has at most, so that it need not wait for the next one. */
const AHEAD = 2;

/** Milliseconds after which threads without work end. */
const IDLE = 5000;

interface Waiting {
  readonly task: PhotoTask;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: ManabiError) => void;
  readonly signal: AbortSignal | undefined;
  /** Whether the answer is no longer needed, because the signal has fired. */
  isAbandoned: boolean;
}

interface Thread {
  readonly worker: Worker;
  readonly tasks: Map<number, Waiting>;
}

const pools = new Map<number, PhotoThreads>();

/** Returns the threads that all datasets with this number of threads share. They start with the first task. */
export async function photoThreads(count: number): Promise<PhotoThreads> {
  const known = pools.get(count);
  if (known !== undefined) return known;
  // The name is built at run time to keep bundlers from resolving it.
  const name = 'node:worker_threads';
  const threads: typeof import('node:worker_threads') = await import(/* webpackIgnore: true */ /* @vite-ignore */ name);
  const bytes = Uint8Array.from(atob(codec), (character) => character.charCodeAt(0));
  const pool = new Pool(count, threads, await WebAssembly.compile(bytes));
  pools.set(count, pool);
  return pool;
}

/** Threads end when they are idle for some seconds, and never keep a program running that waits for none of them. */
class Pool implements PhotoThreads {
  readonly count: number;
  readonly #library: typeof import('node:worker_threads');
  readonly #module: WebAssembly.Module;
  readonly #queue: Waiting[] = [];
  readonly #signals = new Map<AbortSignal, { readonly tasks: Set<Waiting>; readonly listener: () => void }>();
  #threads: Thread[] = [];
  #ids = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(count: number, library: typeof import('node:worker_threads'), module: WebAssembly.Module) {
    this.count = count;
    this.#library = library;
    this.#module = module;
  }

  run<Task extends PhotoTask>(task: Task, signal?: AbortSignal): Promise<AnswerTo<Task> | undefined> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        task,
        // Threads answer to a task of a kind what this kind asks for.
        resolve: (answer) => resolve(answer as AnswerTo<Task> | undefined),
        reject,
        isAbandoned: false,
        signal,
      };
      if (signal !== undefined) this.#listen(signal, waiting);
      if (!waiting.isAbandoned) this.#queue.push(waiting);
      this.#update();
    });
  }

  /** Abandons a task when its signal fires. Node warns of signals with many listeners, so all tasks of a signal share one. */
  #listen(signal: AbortSignal, waiting: Waiting): void {
    const abandon = (task: Waiting): void => {
      task.isAbandoned = true;
      task.reject(abortedError(signal));
    };
    if (signal.aborted) {
      abandon(waiting);
      return;
    }
    const known = this.#signals.get(signal);
    if (known !== undefined) {
      known.tasks.add(waiting);
      return;
    }
    const tasks = new Set([waiting]);
    const listener = (): void => {
      this.#signals.delete(signal);
      tasks.forEach(abandon);
      this.#update();
    };
    signal.addEventListener('abort', listener, { once: true });
    this.#signals.set(signal, { tasks, listener });
  }

  /** Passes an answer on, unless the task was abandoned. */
  #settle(waiting: Waiting, answer: unknown): void {
    if (waiting.isAbandoned) return;
    const { signal } = waiting;
    const known = signal && this.#signals.get(signal);
    if (signal !== undefined && known !== undefined) {
      known.tasks.delete(waiting);
      if (known.tasks.size === 0) {
        signal.removeEventListener('abort', known.listener);
        this.#signals.delete(signal);
      }
    }
    waiting.resolve(answer);
  }

  /** Passes tasks to threads, and lets the program end if it waits for none of them. */
  #update(): void {
    while (this.#queue.length > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) break;
      const waiting = this.#queue.shift();
      if (waiting === undefined || waiting.isAbandoned) continue;
      const id = this.#ids++;
      thread.tasks.set(id, waiting);
      thread.worker.postMessage({ id, task: waiting.task });
    }
    for (const { worker, tasks } of this.#threads) {
      if ([...tasks.values()].some(({ isAbandoned }) => !isAbandoned)) worker.ref();
      else worker.unref();
    }
    clearTimeout(this.#timer);
    if (this.#threads.some(({ tasks }) => tasks.size > 0)) return;
    this.#timer = setTimeout(() => this.#stop(), IDLE);
    this.#timer.unref();
  }

  /** Returns a thread that may receive a task: an idle one, a new one, or the one with the fewest tasks. */
  #freeThread(): Thread | undefined {
    const idle = this.#threads.find(({ tasks }) => tasks.size === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.count) return this.#start();
    const least = this.#threads.reduce((a, b) => (b.tasks.size < a.tasks.size ? b : a));
    return least.tasks.size < AHEAD ? least : undefined;
  }

  #start(): Thread {
    // Flags of the program, such as loaders, would slow down the start.
    const worker = new this.#library.Worker(program, { eval: true, workerData: this.#module, execArgv: [] });
    const thread: Thread = { worker, tasks: new Map() };
    worker.unref();
    worker.on('message', ({ id, answer }: { readonly id: number; readonly answer: unknown }) => {
      const waiting = thread.tasks.get(id);
      thread.tasks.delete(id);
      if (waiting !== undefined) this.#settle(waiting, answer);
      this.#update();
    });
    const end = () => this.#lose(thread);
    worker.on('error', end);
    worker.on('messageerror', end);
    worker.on('exit', end);
    this.#threads.push(thread);
    return thread;
  }

  /** Answers the tasks of a thread that stopped. */
  #lose(thread: Thread): void {
    if (!this.#threads.includes(thread)) return;
    this.#threads = this.#threads.filter((each) => each !== thread);
    for (const waiting of thread.tasks.values()) this.#settle(waiting, undefined);
    this.#update();
  }

  #stop(): void {
    const threads = this.#threads;
    this.#threads = [];
    for (const { worker } of threads) void worker.terminate();
  }
}

function abortedError(signal: AbortSignal): ManabiError {
  return new ManabiError('aborted', 'The decoding of images was aborted by a signal.', {
    op: 'data',
    cause: signal.reason,
  });
}
