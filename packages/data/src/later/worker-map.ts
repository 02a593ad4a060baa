import { ManabiError } from '@manabi/errors';
import { abortable } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import { elementError, type Stage } from '../stage.ts';
import { workAhead } from '../work-ahead.ts';
import { compact, transferablesIn } from './transfer.ts';
import { type Messenger, startWorker } from './worker.ts';

/** A function in a module, and the number of threads that call it. */
export interface WorkerMapFacts {
  readonly module: string;
  readonly name: string;
  readonly workers: number;
}

/** Elements that each thread receives before it returns the first one, so that it need not wait for the next. */
const AHEAD = 2;

/** Answer of a worker. */
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(cause: unknown): void;
}

/** Passes each element to a function that runs on worker threads. Results keep the order of the elements. */
export function mappedOnWorkers<T, U>(upstream: Stage<T>, facts: WorkerMapFacts, path: string): Open<U> {
  return async function* open(signal) {
    const pool = new Pool(facts);
    const call = async (element: T, index: number, inner: AbortSignal): Promise<U> => {
      try {
        // The type is that of the function, which the caller declares.
        return (await abortable(pool.call(index, element), inner)) as U;
      } catch (cause) {
        if (inner.aborted || (cause instanceof ManabiError && cause.code === 'aborted')) throw cause;
        throw elementError(path, index, cause instanceof Error ? cause.message : String(cause), { cause });
      }
    };
    try {
      yield* workAhead((inner) => upstream.open(inner), AHEAD * facts.workers, call, signal);
    } finally {
      await pool.close();
    }
  };
}

interface Thread {
  readonly messenger: Promise<Messenger>;
  readonly calls: Map<number, Waiting>;
  /** Why the thread stopped, if it did; it then answers no more messages. */
  failure?: { readonly cause: unknown };
}

/** Worker threads that call one function. */
class Pool {
  readonly #facts: WorkerMapFacts;
  readonly #threads: Thread[] = [];

  constructor(facts: WorkerMapFacts) {
    this.#facts = facts;
  }

  /** Calls the function on the thread with the fewest calls; starts another thread while there may be more. */
  async call(id: number, element: unknown): Promise<unknown> {
    const idle = this.#threads.find(({ calls }) => calls.size === 0);
    const thread = idle ?? (this.#threads.length < this.#facts.workers ? this.#start() : this.#leastBusy());
    const result = new Promise((resolve, reject) => {
      thread.calls.set(id, { resolve, reject });
    });
    result.catch(() => undefined);
    try {
      const messenger = await thread.messenger;
      if (thread.failure !== undefined) throw thread.failure.cause;
      const copy = compact(element, false);
      messenger.post({ id, element: copy, index: id }, transferablesIn(copy));
    } catch (error) {
      thread.calls.delete(id);
      throw error;
    }
    return result;
  }

  #leastBusy(): Thread {
    return this.#threads.reduce((least, thread) => (thread.calls.size < least.calls.size ? thread : least));
  }

  #start(): Thread {
    const calls = new Map<number, Waiting>();
    const receive = (answer: Answer): void => {
      const waiting = calls.get(answer.id);
      calls.delete(answer.id);
      if (answer.error === undefined) waiting?.resolve(answer.value);
      else waiting?.reject(errorOf(answer.error));
    };
    const fail = (cause: unknown): void => {
      thread.failure ??= { cause };
      for (const { reject } of calls.values()) reject(cause);
      calls.clear();
    };
    const { module, name } = this.#facts;
    const thread: Thread = { messenger: startWorker<Answer>({ module, name }, receive, fail), calls };
    thread.messenger.catch(fail);
    this.#threads.push(thread);
    return thread;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(async ({ messenger }) => (await messenger.catch(() => null))?.stop()));
  }
}

/** Makes an error with the message and stack of one on another thread. */
function errorOf({ name, message, stack }: NonNullable<Answer['error']>): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
