import { Worker } from 'node:worker_threads';
import { type ErrorCode, ManabiError } from '@manabi/errors';
import { FileError, type FileErrorCode } from '@manabi/files';
import type { HostArray } from '@manabi/ir';
import type { PredictorFacts, Preparation } from '../predictor/predictor.ts';
import { ServeError } from '../serve-error.ts';
import { programUrl } from './worker-program.ts';

/** What a worker thread tells about its model. */
export interface ReplicaFacts extends PredictorFacts {
  /** Kind of items that the model prepares; null for none. */
  readonly kind: Preparation['kind'] | null;
}

/** An error of a worker thread, of which only these parts can be passed between threads. */
interface DescribedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
}

type Message =
  | { readonly facts: ReplicaFacts }
  | { readonly failure: DescribedError }
  | { readonly id: number; readonly arrays: readonly HostArray[] }
  | { readonly id: number; readonly error: DescribedError };

/** Functions that a worker thread runs, with their arguments. */
export interface Calls {
  readonly predict: readonly HostArray[];
  readonly prepare: readonly (Uint8Array | string)[];
  readonly warmUp: readonly number[];
  readonly close: null;
}

interface Waiting {
  readonly resolve: (arrays: readonly HostArray[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker thread with a model. */
export class Replica {
  /** Facts of the model; rejects if the model cannot be opened. */
  readonly facts: Promise<ReplicaFacts>;
  /** Resolves when the thread has stopped. */
  readonly stopped: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** @param data argument of the function `open` of the module */
  constructor(module: string, data: unknown) {
    const worker = new Worker(new URL(programUrl), { workerData: { module, data } });
    this.#worker = worker;
    let failure: unknown = null;
    let resolveFacts: (facts: ReplicaFacts) => void = () => {};
    let rejectFacts: (error: unknown) => void = () => {};
    this.facts = new Promise((resolve, reject) => {
      resolveFacts = resolve;
      rejectFacts = reject;
    });
    this.facts.catch(() => undefined);
    worker.on('message', (message: Message) => {
      if ('facts' in message) resolveFacts(message.facts);
      else if ('failure' in message) rejectFacts(errorOf(message.failure));
      else this.#answer(message);
    });
    worker.on('error', (error) => {
      failure = error;
    });
    this.stopped = new Promise((resolve) => {
      worker.on('exit', (code) => {
        const error = new ServeError('failed', `A worker thread stopped with code ${code}. Send the request again.`, {
          cause: failure,
        });
        rejectFacts(failure ?? error);
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /** Number of calls without an answer. */
  get pending(): number {
    return this.#waiting.size;
  }

  call<K extends keyof Calls>(call: K, argument: Calls[K]): Promise<readonly HostArray[]> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, argument });
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #answer(message: Extract<Message, { readonly id: number }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('arrays' in message) waiting?.resolve(message.arrays);
    else waiting?.reject(errorOf(message.error));
  }
}

/** Restores an error, so that its code tells whether the request was invalid. */
function errorOf({ name, message, stack, code }: DescribedError): Error {
  // Only errors of these classes have these names, and their codes are those of the class.
  if (name === 'ManabiError' && code !== undefined) return new ManabiError(code as ErrorCode, message);
  if (name === 'FileError' && code !== undefined) return new FileError(code as FileErrorCode, message);
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
