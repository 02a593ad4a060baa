import { tableUnit } from '../../runtime/table.ts';
import { busyWord, control, controlBytes, recordWords } from './control.ts';
import { takeFailure } from './failure.ts';
import type { ModuleMessage } from './helper-source.ts';
import type { Send, ThreadHost } from './thread-host.ts';
import { LONG_WAIT_MS, POLLS } from './waiting.ts';

/** Milliseconds that jobs must have taken on one thread before helpers are started, which takes some 15 ms. */
const STARTING_MS = 5;

/** Tasks of a function, to be run by all threads. */
export interface Job {
  readonly module: number;
  readonly run: number;
  readonly tasks: number;
  readonly table: number;
  readonly record: number;
  readonly copies: number;
  readonly copyBytes: number;
  /** Number of helpers that may take part. */
  readonly helpers: number;
}

/** Sums over jobs on several threads, in milliseconds. */
export interface JobTimes {
  /** Largest number of threads that could take part. */
  threads: number;
  /** Time of the thread that ran tasks for the longest time. */
  longest: number;
  /** Time of all threads. */
  all: number;
}

/** The helpers that run at present, and the memory through which the calling thread communicates with them. */
interface Crew {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Functions that send a message to each helper. */
  readonly sends: readonly Send[];
}

/**
 * Threads of a backend: the calling thread, and helpers that run an endless loop (`helper-source.ts`). A job is a function with
 * several tasks. All threads take tasks from a common counter, a few at a time, so threads on slower processors take fewer.
 * The calling thread waits only for tasks that a helper has taken: helpers that start, sleep or wait for a processor do not
 * delay a job.
 */
export class Pool {
  readonly eager: boolean;
  /** Whether the times of threads are measured. */
  measures = false;
  readonly #host: ThreadHost;
  readonly #threads: () => number;
  #crew: Crew | null = null;
  /** Number that changes whenever helpers are started or stopped. */
  #epoch = 0;
  #jobs = 0;
  #modules = 0;
  #elapsed = 0;
  #times: JobTimes = { threads: 0, longest: 0, all: 0 };
  /** After a long wait, jobs that take less than `#aloneBelow` milliseconds run on the calling thread alone until `#aloneUntil`. */
  #aloneUntil = 0;
  #aloneBelow = 0;
  /** Whether helpers could not be started, so all jobs run on the calling thread. */
  #broken = false;

  /**
   * @param host starts the helpers
   * @param threads returns the number of threads, including the calling one
   * @param eager whether helpers take part in all jobs, however short, for tests
   */
  constructor(host: ThreadHost, threads: () => number, eager = false) {
    this.#host = host;
    this.#threads = threads;
    this.eager = eager;
  }

  /** Returns a number for a module that no other module of the pool has. */
  nextModule(): number {
    return ++this.#modules;
  }

  /** Number of helpers that the backend should have. */
  get helpers(): number {
    return this.#threads() - 1;
  }

  /** Number of the present crew: helpers know the modules that were sent to them during this epoch. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Returns whether helpers run. Stops them first if their number is not the one that it should be. */
  isReady(): boolean {
    const crew = this.#crew;
    if (crew === null) return false;
    if (crew.sends.length === this.helpers && Atomics.load(crew.words, control.left) === 0) return true;
    this.#stop(crew);
    return false;
  }

  /** Adds the time that a job has taken on the calling thread. */
  addTime(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }

  /**
   * Starts helpers if they are worth it: if jobs have taken long enough on the calling thread. Returns whether there are
   * helpers.
   *
   * @param milliseconds time of the present job so far
   */
  begin(milliseconds: number): boolean {
    if (this.isReady()) return true;
    if (this.#broken || this.helpers === 0) return false;
    if (!this.eager && this.#elapsed + milliseconds < STARTING_MS) return false;
    try {
      const words = this.#start(this.helpers);
      if (this.eager && this.#host.startsAtOnce) waitForStart(words, this.helpers);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /**
   * Whether a job should run on the calling thread alone, because it is likely to wait for a helper longer than it would save.
   *
   * @param duration expected time of the job in milliseconds
   */
  isAlone(duration: number): boolean {
    if (duration >= this.#aloneBelow || this.eager) return false;
    if (performance.now() < this.#aloneUntil) return true;
    this.#aloneBelow = 0;
    return false;
  }

  /** Sends a message to all helpers. Returns whether the host can send it. */
  send(message: ModuleMessage): boolean {
    const crew = this.#crew;
    if (crew === null) return true;
    try {
      for (const send of crew.sends) send(message);
      Atomics.add(crew.words, control.sent, 1);
      wake(crew.words);
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  /**
   * Runs tasks on all threads.
   *
   * @param first first task to run
   * @param isLong whether helpers that sleep should be woken
   * @param least shortest time of the job so far in milliseconds
   * @param runTasks runs tasks on the calling thread
   */
  run(job: Job, first: number, isLong: boolean, least: number, runTasks: (begin: number, end: number) => void): void {
    const crew = this.#crew;
    if (crew === null) {
      runTasks(first, job.tasks);
      return;
    }
    const { words } = crew;
    const { tasks } = job;
    if (words[control.failed] !== 0) takeFailure(words);
    words[control.module] = job.module;
    words[control.run] = job.run;
    words[control.tasks] = tasks;
    words[control.table] = job.table / tableUnit;
    words[control.record] = job.record / tableUnit;
    words[control.copies] = job.copies / tableUnit;
    words[control.copyBytes] = job.copyBytes;
    words[control.helpers] = job.helpers;
    const threads = 1 + Math.min(job.helpers, crew.sends.length);
    words[control.threads] = threads;
    words[control.measures] = this.measures ? 1 : 0;
    for (let i = 0; i < crew.sends.length && this.measures; i++)
      words[control.records + recordWords * i + busyWord] = 0;
    if (job.copies !== 0) {
      for (let i = 0; i < crew.sends.length; i++) words[control.records + recordWords * i] = -1;
    }
    words[control.next] = first;
    this.#jobs = this.#jobs === 0x7fffffff ? 1 : this.#jobs + 1;
    Atomics.store(words, control.open, this.#jobs);
    if (isLong && Atomics.load(words, control.sleeping) > 0) wake(words);
    if (this.eager) waitForTaker(words, first);
    const start = this.measures ? performance.now() : 0;
    let own = 0;
    try {
      const parts = 2 * threads;
      for (let begin = Atomics.load(words, control.next); begin < tasks; ) {
        const end = begin + Math.max(1, Math.floor((tasks - begin) / parts));
        const found = Atomics.compareExchange(words, control.next, begin, end);
        if (found !== begin) {
          begin = found;
          continue;
        }
        runTasks(begin, end);
        begin = Atomics.load(words, control.next);
      }
      if (this.measures) own = performance.now() - start;
    } finally {
      // If a task has failed, no thread takes further tasks.
      Atomics.store(words, control.next, tasks);
      Atomics.store(words, control.open, 0);
      const waited = waitForHelpers(words);
      if (waited > LONG_WAIT_MS + (2 * threads * least) / tasks) {
        this.#aloneUntil = performance.now() + 5 * waited;
        this.#aloneBelow = 2 * waited;
      }
    }
    if (Atomics.load(words, control.failed) !== 0) throw takeFailure(words);
    if (this.measures) this.#addTimes(crew, threads, own);
  }

  /** Returns the sums over all jobs on several threads since the last call. */
  takeTimes(): JobTimes {
    const times = this.#times;
    this.#times = { threads: 0, longest: 0, all: 0 };
    return times;
  }

  #addTimes({ words, sends }: Crew, threads: number, own: number): void {
    const helpers = sends.map((_, i) => words[control.records + recordWords * i + busyWord] / 1000);
    const times = this.#times;
    times.threads = Math.max(times.threads, threads);
    times.longest += Math.max(own, ...helpers);
    times.all += helpers.reduce((sum, time) => sum + time, own);
  }

  /**
   * Returns the error record of the helper whose call began at the lowest task below `task` and found an index out of range;
   * null if no helper did.
   */
  firstRecord(task: number): Int32Array | null {
    const words = this.#crew?.words;
    let first = task;
    let found: Int32Array | null = null;
    for (let i = 0; i < (this.#crew?.sends.length ?? 0) && words !== undefined; i++) {
      const at = control.records + recordWords * i;
      if (words[at] < 0 || words[at] >= first) continue;
      first = words[at];
      found = words.subarray(at + 1, at + busyWord);
    }
    return found;
  }

  #start(count: number): Crew['words'] {
    const words = new Int32Array(new SharedArrayBuffer(controlBytes(count)));
    const sends: Send[] = [];
    this.#epoch++;
    this.#crew = { words, sends };
    words[control.sent] = 1;
    for (let index = 0; index < count; index++) {
      const send = this.#host.start(`manabi ${index + 1}`, (error) => this.#fail(error));
      sends.push(send);
      send({ words, index });
    }
    return words;
  }

  #stop({ words, sends }: Crew): void {
    this.#crew = null;
    this.#epoch++;
    for (const send of sends) send(null);
    Atomics.add(words, control.sent, 1);
    wake(words);
  }

  #fail(error: unknown): void {
    if (this.#crew !== null) this.#stop(this.#crew);
    if (this.#broken) return;
    this.#broken = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.#host.warn(`The backend cpu computes on one thread, because it could not use others: ${reason}`);
  }
}

/** Wakes all helpers that sleep. */
function wake(words: Crew['words']): void {
  Atomics.add(words, control.wake, 1);
  Atomics.notify(words, control.wake);
}

/** Waits until all helpers have started, but at most ten seconds. */
function waitForStart(words: Crew['words'], count: number): void {
  for (const end = performance.now() + 10_000; performance.now() < end; ) {
    const started = Atomics.load(words, control.started);
    if (started === count) return;
    Atomics.wait(words, control.started, started, 100);
  }
}

/** Waits until a helper has taken the first task, but at most some milliseconds. */
function waitForTaker(words: Crew['words'], first: number): void {
  for (let polls = 0; polls < POLLS && Atomics.load(words, control.next) === first; polls++) {
    // Sleeping leaves the processor to helpers.
    if (polls > POLLS - 50 && canSleep) Atomics.wait(words, control.active, 0, 0.2);
  }
}

/** Whether the calling thread may sleep. The main thread of a page may not: it waits actively. */
const canSleep = ((): boolean => {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
    return true;
  } catch {
    return false;
  }
})();

/**
 * Waits until no helper runs tasks: actively for a short time, and then asleep, so that the helper gets a processor. Returns
 * for how many milliseconds the thread has waited after this short time.
 */
function waitForHelpers(words: Crew['words']): number {
  let start = 0;
  for (let polls = 0; ; polls++) {
    const active = Atomics.load(words, control.active);
    if (active === 0) return start === 0 ? 0 : performance.now() - start;
    if (polls < POLLS) continue;
    if (start === 0) start = performance.now();
    if (!canSleep) continue;
    Atomics.store(words, control.awaited, 1);
    Atomics.wait(words, control.active, active, 100);
    Atomics.store(words, control.awaited, 0);
  }
}
