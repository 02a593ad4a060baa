import { control, controlBytes, orderStates } from '../pool/control.ts';
import type { FirstMessage } from '../pool/helper-source.ts';
import type { CoordinatorMessage, PlanMessage } from './coordinator-source.ts';
import { coordinatorUrl, helperUrl, startWorker } from './page-host.ts';

/** `Atomics.waitAsync`, which not all browsers have. */
type WaitAsync = (words: Int32Array, word: number, value: number) => { readonly value: string | Promise<string> };

const waitAsync: WaitAsync | undefined = Reflect.get(Atomics, 'waitAsync');

/** The workers of a backend in a page: a coordinator that runs plans, and helpers that share their tasks. */
export class Crew {
  /** The memory through which the threads communicate. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly helpers: number;
  readonly #workers: Worker[] = [];
  readonly #onDeath: (error: unknown) => void;
  #deaths = 0;
  #onMessage = (): void => {};

  /** @param onDeath called if a worker cannot start, or ends other than because it was idle */
  constructor(helpers: number, eager: boolean, onDeath: (error: unknown) => void) {
    this.helpers = helpers;
    this.words = new Int32Array(new SharedArrayBuffer(controlBytes(helpers)));
    this.#onDeath = onDeath;
    const { words } = this;
    words[control.sent] = 1;
    words[control.told] = 1;
    this.#start(coordinatorUrl(), 'manabi plans', {
      words,
      helpers,
      eager,
      posts: waitAsync === undefined,
    });
    for (let index = 0; index < helpers; index++) this.#start(helperUrl(), `manabi ${index + 1}`, { words, index });
  }

  /** Whether the workers wait for orders. They end if they are idle for long. */
  get isPresent(): boolean {
    const { words } = this;
    return Atomics.load(words, control.left) === 0 && Atomics.load(words, control.order) !== orderStates.left;
  }

  /** Sends a message to the coordinator. */
  tell(message: PlanMessage): void {
    this.#workers[0].postMessage(message);
    Atomics.add(this.words, control.told, 1);
    this.ring();
  }

  /** Sends a message to all helpers. */
  send({ id, module, memory, names }: PlanMessage): void {
    for (const worker of this.#workers.slice(1)) worker.postMessage({ id, module, memory, names });
    Atomics.add(this.words, control.sent, 1);
    this.#wake(control.wake);
  }

  /** Wakes the coordinator if it sleeps. */
  ring(): void {
    this.#wake(control.bell);
  }

  /** Calls a function once the number of orders that have ended differs from the given one. */
  afterOrder(ended: number, then: () => void): void {
    const check = (): void => {
      if (Atomics.load(this.words, control.ended) !== ended) then();
      else if (waitAsync === undefined) this.#onMessage = check;
      else void Promise.resolve(waitAsync(this.words, control.ended, ended).value).then(check);
    };
    check();
  }

  /** Ends all workers. */
  end(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #start(url: string, name: string, first: CoordinatorMessage | FirstMessage): void {
    const worker = startWorker(url, name, this.#onDeath);
    const lock = 'locks' in navigator ? `manabi ${crypto.randomUUID()}` : undefined;
    worker.onmessage = ({ data }) => {
      if (data !== 'locked' || lock === undefined) this.#onMessage();
      // The page gets the lock when the worker ends.
      else void navigator.locks.request(lock, () => this.#died());
    };
    this.#workers.push(worker);
    worker.postMessage({ ...first, lock });
  }

  /** Changes a counter on which workers sleep. */
  #wake(counter: number): void {
    Atomics.add(this.words, counter, 1);
    Atomics.notify(this.words, counter);
  }

  #died(): void {
    this.#deaths++;
    const { words } = this;
    const idle = Atomics.load(words, control.left) + (Atomics.load(words, control.order) === orderStates.left ? 1 : 0);
    if (this.#deaths > idle) this.#onDeath('A worker has ended.');
  }
}
