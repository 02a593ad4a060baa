import type { StepLoad } from '../../runtime/threads.ts';
import type { JobTimes, Pool } from './pool.ts';

/** Records how evenly threads share the steps of a plan: sums the times of the jobs of each step over all runs. */
export class LoadRecorder {
  readonly #pool: Pool;
  readonly #times: JobTimes[] = [];

  constructor(pool: Pool) {
    pool.measures = true;
    this.#pool = pool;
  }

  /** Returns a function that calls `run`, which runs a step or a part of it, and records the times of threads. */
  recorded(step: number, run: () => void): () => void {
    this.#times[step] ??= { threads: 0, longest: 0, all: 0 };
    const times = this.#times[step];
    return () => {
      this.#pool.takeTimes();
      run();
      const { threads, longest, all } = this.#pool.takeTimes();
      times.threads = Math.max(times.threads, threads);
      times.longest += longest;
      times.all += all;
    };
  }

  /** See `ThreadedModule`. */
  loadOf(step: number): StepLoad | undefined {
    const { threads, longest, all } = this.#times[step] ?? { threads: 0, longest: 0, all: 0 };
    return all === 0 ? undefined : { threads, imbalance: (longest * threads) / all };
  }
}
