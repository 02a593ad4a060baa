import type { Block, BlockSource } from '../../memory/allocator.ts';
import type { SharedFrame } from '../../runtime/frame.ts';
import type { Runner, RunTasks, StepLoad, ThreadedModule, Threads } from '../../runtime/threads.ts';
import { LoadRecorder } from './load-recorder.ts';
import type { Job, Pool } from './pool.ts';
import { SharingTrial } from './sharing-trial.ts';
import { TIMED_RUNS, WAKING_MS } from './waiting.ts';

/** Milliseconds that the jobs of a module must have taken on one thread before the module is sent to helpers. */
const SENDING_MS = 0.3;

/** Runs a job from a task on; see `Pool.run`. */
type Fork = Pool['run'];

/** Returns the threads of a backend that uses a pool. */
export function threadsOf(pool: Pool): Threads {
  return {
    load: (module, allocator, measures) => {
      // Helpers do not have the functions of JavaScript that a module imports to compute in float64.
      const calls = WebAssembly.Module.imports(module).some(({ kind }) => kind === 'function');
      return calls ? null : new ModuleTasks(pool, module, allocator, measures);
    },
  };
}

/** The module of a plan, with the functions that can run on several threads. */
export class ModuleTasks implements ThreadedModule {
  readonly #pool: Pool;
  readonly #id: number;
  readonly #module: WebAssembly.Module;
  readonly #allocator: BlockSource;
  readonly #loads: LoadRecorder | null;
  /** Memory for the copies of tables. */
  readonly #blocks: Block[] = [];
  readonly #names: string[] = [];
  /** Time in milliseconds that jobs have taken on the calling thread alone. */
  #elapsed = 0;
  /** Epoch of the pool in which the module was sent to the helpers; -1 if it was not sent. */
  #sent = -1;
  /** Time in milliseconds of jobs since helpers were last woken. */
  #unaided = 0;
  readonly #trial = new SharingTrial();
  /** Whether helpers take tasks of the present run. */
  #isShared = true;

  constructor(pool: Pool, module: WebAssembly.Module, allocator: BlockSource, measures = false) {
    this.#pool = pool;
    this.#id = pool.nextModule();
    this.#module = module;
    this.#allocator = allocator;
    this.#loads = measures ? new LoadRecorder(pool) : null;
  }

  /** Runs a plan on the calling thread, on which helpers take tasks if that has been faster; see `SharingTrial`. */
  run(frame: Pick<SharedFrame, 'run'>, stop: number, end: (stopped: boolean) => void): void {
    const pool = this.#pool;
    const couldShare = this.#sent === pool.epoch && pool.isReady();
    this.#isShared = pool.eager || this.#trial.isShared();
    const start = performance.now();
    const stopped = frame.run(stop);
    this.#trial.add(performance.now() - start, couldShare);
    end(stopped);
  }

  /** With a record and a table of its own, each helper remembers the first error that it finds. */
  forTable(block: Block, table: number, checks: boolean): Runner {
    const record = block.address;
    const { helpers } = this.#pool;
    if (!checks) {
      const part = { table, record, copies: 0, copyBytes: 0 };
      return (name, run, tasks, step) =>
        this.#recorded(step, this.#runner(name, run, { ...part, tasks, helpers: tasks - 1 }, this.#fork));
    }
    const copies = this.#allocator.allocate(helpers * block.bytes);
    this.#blocks.push(copies);
    const part = { table, record, copies: copies.address, copyBytes: block.bytes };
    return (name, run, tasks, step) => {
      const job = { ...part, tasks, helpers: Math.min(helpers, tasks - 1) };
      return this.#recorded(step, this.#runner(name, run, job, this.#forkChecked));
    };
  }

  loadOf(step: number): StepLoad | undefined {
    return this.#loads?.loadOf(step);
  }

  #recorded(step: number, run: () => void): () => void {
    return this.#loads?.recorded(step, run) ?? run;
  }

  #runner(name: string, run: RunTasks, part: Omit<Job, 'module' | 'run'>, fork: Fork): () => void {
    const { table, tasks } = part;
    if (tasks < 2) return () => run(table, 0, tasks);
    const pool = this.#pool;
    const job: Job = { ...part, module: this.#id, run: this.#names.push(name) - 1 };
    const runTasks = (begin: number, end: number): void => run(table, begin, end);
    /** Shortest time of a run in milliseconds. */
    let least = Number.POSITIVE_INFINITY;
    let runs = 0;
    return () => {
      if (pool.helpers === 0 || !this.#isShared) {
        run(table, 0, tasks);
        return;
      }
      if (pool.isAlone(least)) {
        run(table, 0, tasks);
        return;
      }
      if (this.#sent === pool.epoch && pool.isReady()) {
        const isTimed = runs++ % TIMED_RUNS === 0;
        const start = isTimed ? performance.now() : 0;
        const isLong = pool.eager || this.#unaided + least > WAKING_MS;
        this.#unaided = isLong ? 0 : this.#unaided + least;
        fork.call(this, job, 0, isLong, least, runTasks);
        if (isTimed) least = Math.min(least, performance.now() - start);
        return;
      }
      const start = performance.now();
      // The module is not known to helpers. A long job sends it, and continues on all threads.
      let time = 0;
      for (let next = 0; next < tasks; ) {
        const begin = next;
        next += Math.max(1, (tasks - begin) >> 3);
        run(table, begin, next);
        time = performance.now() - start;
        if (next < tasks && (pool.eager || this.#elapsed + time > SENDING_MS) && this.#send(time)) {
          fork.call(this, job, next, true, least, runTasks);
          break;
        }
      }
      this.#elapsed += time;
      pool.addTime(time);
      least = Math.min(least, performance.now() - start);
    };
  }

  dispose(): void {
    if (this.#sent === this.#pool.epoch) this.#pool.send({ id: this.#id, module: null });
    this.#sent = -1;
    for (const block of this.#blocks.splice(0)) this.#allocator.free(block);
  }

  #fork(...[job, first, isLong, least, runTasks]: Parameters<Fork>): void {
    this.#pool.run(job, first, isLong, least, runTasks);
  }

  /**
   * Runs a job that checks indices. Afterwards, the error record of the plan is the one that a single thread would have
   * written: each thread takes tasks in ascending order and keeps its first error, so the one at the lowest task counts.
   */
  #forkChecked(...[job, first, isLong, least, runTasks]: Parameters<Fork>): void {
    const { memory } = this.#allocator;
    const at = job.record / 4;
    if (memory.words[at] !== 0) {
      this.#pool.run(job, first, isLong, least, runTasks);
      return;
    }
    let own = Number.POSITIVE_INFINITY;
    this.#pool.run(job, first, isLong, least, (begin, end) => {
      runTasks(begin, end);
      if (own === Number.POSITIVE_INFINITY && memory.words[at] !== 0) own = begin;
    });
    const record = this.#pool.firstRecord(own);
    if (record !== null) memory.words.set(record, at);
  }

  /** Sends the module to the helpers if there are any, and returns whether there are. */
  #send(milliseconds: number): boolean {
    const pool = this.#pool;
    if (!pool.begin(milliseconds)) return false;
    const { memory } = this.#allocator.memory;
    if (!pool.send({ id: this.#id, module: this.#module, memory, names: this.#names })) return false;
    this.#sent = pool.epoch;
    return true;
  }
}
