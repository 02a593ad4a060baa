import type { HostArray } from '@manabi/ir';
import { ServeError } from '../serve-error.ts';
import { type Calls, Replica, type ReplicaFacts } from './replica.ts';

/** Number of times that threads are started again before one of them has answered a request. */
const MOST_RESTARTS = 5;

/** Milliseconds in which a thread has to close its model before it is stopped. */
const CLOSING = 1000;

function closingTime(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, CLOSING).unref();
  });
}

/** Worker threads that run copies of a model. A thread that stops is started again. */
export class ReplicaPool {
  readonly #module: string;
  readonly #data: unknown;
  readonly #size: number;
  /** Threads that accept calls. */
  readonly #replicas = new Set<Replica>();
  /** Calls that wait until a thread has been started again. */
  readonly #whenChanged: (() => void)[] = [];
  #sizes: readonly number[] = [];
  #restarts = 0;
  /** Number of threads that are being started again. */
  #starting = 0;
  #isClosed = false;

  /** @param data argument of the function `open` of the module */
  constructor(module: string, data: unknown, size: number) {
    this.#module = module;
    this.#data = data;
    this.#size = size;
  }

  /** Starts all threads. Returns the description of the model. */
  async start(): Promise<ReplicaFacts> {
    const replicas = Array.from({ length: this.#size }, () => new Replica(this.#module, this.#data));
    try {
      const [facts] = await Promise.all(replicas.map((replica) => replica.facts));
      for (const replica of replicas) this.#add(replica);
      return facts;
    } catch (error) {
      await Promise.all(replicas.map((replica) => replica.stop()));
      throw error;
    }
  }

  /** Calls a function on the thread with the fewest calls. */
  async call(call: 'predict', argument: Calls['predict']): Promise<readonly HostArray[]>;
  async call(call: 'prepare', argument: Calls['prepare']): Promise<readonly HostArray[]>;
  async call<K extends keyof Calls>(call: K, argument: Calls[K]): Promise<readonly HostArray[]> {
    for (;;) {
      const [first, ...others] = this.#replicas;
      if (first !== undefined) {
        const replica = others.reduce((least, other) => (other.pending < least.pending ? other : least), first);
        const arrays = await replica.call(call, argument);
        this.#restarts = 0;
        return arrays;
      }
      if (this.#isClosed || this.#starting === 0) {
        throw new ServeError('failed', 'All worker threads have stopped. Restart the server.');
      }
      await new Promise<void>((resolve) => this.#whenChanged.push(resolve));
    }
  }

  /** Computes zeros for each batch size on all threads, also on those that are started later. */
  async warmUp(sizes: readonly number[]): Promise<void> {
    this.#sizes = sizes;
    await Promise.all([...this.#replicas].map((replica) => replica.call('warmUp', sizes)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(
      [...this.#replicas].map(async (replica) => {
        // A thread that still computes, or cannot close its model, is stopped all the same.
        if (replica.pending === 0)
          await Promise.race([replica.call('close', null).catch(() => undefined), closingTime()]);
        await replica.stop();
      }),
    );
  }

  #add(replica: Replica): void {
    this.#replicas.add(replica);
    void replica.stopped.then(() => {
      this.#replicas.delete(replica);
      return this.#isClosed ? undefined : this.#restart();
    });
    this.#notify();
  }

  async #restart(): Promise<void> {
    this.#starting++;
    while (!this.#isClosed && this.#restarts < MOST_RESTARTS) {
      this.#restarts++;
      const replica = new Replica(this.#module, this.#data);
      try {
        await replica.facts;
        await replica.call('warmUp', this.#sizes);
        if (this.#isClosed) await replica.stop();
        else this.#add(replica);
        break;
      } catch {
        // The thread has failed to start; the next attempt may succeed, for example when there is memory again.
        await replica.stop();
      }
    }
    this.#starting--;
    this.#notify();
  }

  #notify(): void {
    for (const call of this.#whenChanged.splice(0)) call();
  }
}
