import type { ManabiError, TensorType } from '@manabi/ir';
import type { SharedFrame } from '../../runtime/frame.ts';
import { control, orderStates, outcomes } from '../pool/control.ts';
import { takeFailure } from '../pool/failure.ts';
import { Crew } from './crew.ts';

/** Milliseconds after which a thread that waits actively gives up. */
const PATIENCE_MS = 60_000;

/**
 * What this code needs from the code that every page downloads. It is passed as an argument, because bundlers move what a file
 * shares with later files to a file of its own, which compresses worse.
 */
export interface PageTools {
  readonly ManabiError: typeof ManabiError;
  readonly bytesOfType: (type: TensorType) => number;
}

/** A plan to run on workers. */
export interface Order {
  readonly plan: number;
  readonly frame: SharedFrame;
  /** Argument for `frame.run`, and the corresponding position in the script of the plan. */
  readonly stop: number;
  readonly scriptStop: number;
  /** Called as soon as the run has ended; see `ThreadedModule.run`. */
  readonly end: (stopped: boolean) => void;
  /** Called with the milliseconds that the workers needed, and those until the page knew; not if the page has run the plan. */
  readonly timed: (there: number, elapsed: number) => void;
}

/** An order that workers carry out. */
interface Current extends Order {
  readonly crew: Crew;
  /** Number of orders that had ended before. */
  readonly before: number;
  readonly start: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets workers run plans, so that the page can do other things meanwhile. The page runs them itself if workers cannot start. One
 * plan runs at a time.
 */
export class Coordinator {
  readonly eager: boolean;
  readonly tools: PageTools;
  readonly #threads: () => number;
  #crew: Crew | null = null;
  #current: Current | null = null;
  /** Whether workers could not be used, so the page runs all plans. */
  #broken = false;

  /** @param threads returns the number of threads that compute, including the coordinator */
  constructor(threads: () => number, tools: PageTools, eager: boolean) {
    this.#threads = threads;
    this.tools = tools;
    this.eager = eager;
  }

  /** Returns the present workers, which are started if there are none; null if the page cannot use workers. */
  crew(): Crew | null {
    const helpers = this.#threads() - 1;
    const crew = this.#crew;
    if (crew !== null && crew.helpers === helpers && crew.isPresent) return crew;
    this.#crew = null;
    crew?.end();
    if (this.#broken) return null;
    try {
      const started = new Crew(helpers, this.eager, (error) => this.#fail(started, error));
      this.#crew = started;
    } catch (error) {
      this.#giveUp(error);
    }
    return this.#crew;
  }

  /** Returns the present workers, if any. */
  get present(): Crew | null {
    return this.#crew;
  }

  /** Runs a plan on workers that know it. */
  run(crew: Crew, order: Order): Promise<void> {
    this.settle();
    const { words } = crew;
    return new Promise((resolve, reject) => {
      const before = Atomics.load(words, control.ended);
      const current = { ...order, crew, before, start: performance.now(), resolve, reject };
      words[control.plan] = order.plan;
      words[control.stop] = order.scriptStop;
      const state = Atomics.compareExchange(words, control.order, orderStates.none, orderStates.given);
      // The workers have ended just now.
      if (state !== orderStates.none) {
        this.#runHere(current);
        return;
      }
      this.#current = current;
      crew.ring();
      crew.afterOrder(before, () => this.#finish(current));
    });
  }

  /** Waits actively until no plan runs on workers. */
  settle(): void {
    const current = this.#current;
    if (current === null) return;
    const { crew, before } = current;
    if (this.#withdraw(current)) {
      this.#runHere(current);
      return;
    }
    const latest = performance.now() + PATIENCE_MS;
    for (let i = 1; Atomics.load(crew.words, control.ended) === before; i++) {
      if (i % 1024 !== 0 || performance.now() < latest) continue;
      this.#fail(crew, 'A plan did not end.');
      return;
    }
    this.#finish(current);
  }

  /** Withdraws an order, if workers have not begun with it. */
  #withdraw({ crew }: Current): boolean {
    const { given, none } = orderStates;
    return Atomics.compareExchange(crew.words, control.order, given, none) === given;
  }

  #runHere({ frame, stop, end, resolve, reject }: Current): void {
    this.#current = null;
    try {
      end(frame.run(stop));
      resolve();
    } catch (error) {
      reject(error);
    }
  }

  #finish(current: Current): void {
    if (this.#current !== current) return;
    const { words } = current.crew;
    const outcome = words[control.outcome];
    if (outcome === outcomes.refused) {
      this.#runHere(current);
      return;
    }
    this.#current = null;
    try {
      if (outcome === outcomes.failed) throw takeFailure(words);
      current.timed(words[control.time] / 1000, performance.now() - current.start);
      current.end(outcome === outcomes.stopped);
      current.resolve();
    } catch (error) {
      current.reject(error);
    }
  }

  /** Called when a worker has failed or ended. */
  #fail(crew: Crew, error: unknown): void {
    if (this.#crew !== crew) return;
    this.#crew = null;
    const current = this.#current;
    const isOpen = current !== null && this.#withdraw(current);
    crew.end();
    this.#giveUp(error);
    if (current === null) return;
    if (isOpen) this.#runHere(current);
    else if (Atomics.load(crew.words, control.ended) !== current.before) this.#finish(current);
    else {
      this.#current = null;
      const message =
        'A worker ended while it ran a plan, so the results are lost. Later plans run on the thread of the page.';
      current.reject(new this.tools.ManabiError('backend', message, { op: 'run', cause: error }));
    }
  }

  #giveUp(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    const reason = error instanceof Error ? error.message : String(error);
    console.warn(`The backend cpu computes on one thread, because it could not use others: ${reason}`);
  }
}
