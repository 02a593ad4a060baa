/**
 * Records how long each step of an executable takes, and keeps the shortest time of each step over all runs.
 *
 * @example
 * ```ts
 * import { StepClocks } from '@manabi/ir';
 *
 * const clocks = new StepClocks();
 * const clock = clocks.add();
 * clocks.record(clock, 3);
 * clocks.endRun();
 * clocks.record(clock, 2);
 * clocks.endRun();
 * console.log(clocks.shortest()); // [2]
 * ```
 */
export class StepClocks {
  readonly #current: number[] = [];
  readonly #shortest: number[] = [];

  /**
   * Adds a clock for the next step of `Executable.steps`, in which the steps of a loop or branch follow it.
   *
   * @returns the index of the clock
   */
  add(): number {
    this.#shortest.push(Number.POSITIVE_INFINITY);
    return this.#current.push(0) - 1;
  }

  /** Adds a measured time to a clock, for the current run. */
  record(clock: number, milliseconds: number): void {
    this.#current[clock] += milliseconds;
  }

  /**
   * Returns a function that calls `run` and adds its time to a clock. Within a run, the times added to a clock are
   * summed.
   */
  timed(clock: number, run: () => void): () => void {
    return () => {
      const begin = performance.now();
      run();
      this.record(clock, performance.now() - begin);
    };
  }

  /** Ends a run of the executable: keeps the sum of each clock if it is the shortest so far, and resets the clocks. */
  endRun(): void {
    for (const [clock, milliseconds] of this.#current.entries()) {
      this.#shortest[clock] = Math.min(this.#shortest[clock], milliseconds);
      this.#current[clock] = 0;
    }
  }

  /** Returns the shortest time of each step over all runs, in milliseconds; null before the first run. */
  shortest(): readonly (number | null)[] {
    return this.#shortest.map((milliseconds) => (milliseconds === Number.POSITIVE_INFINITY ? null : milliseconds));
  }
}
