/** Measures the steps of an executable: for each, the shortest time of all runs. */
export class StepClocks {
  readonly #current: number[] = [];
  readonly #shortest: number[] = [];

  /**
   * Adds a clock for the next step. Steps are in the order of `StepReport`: those of a loop or branch follow it.
   *
   * @returns the number of the clock
   */
  add(): number {
    this.#shortest.push(Number.POSITIVE_INFINITY);
    return this.#current.push(0) - 1;
  }

  /** Adds time that a step has taken in the current run, as measured by the machine. */
  record(clock: number, milliseconds: number): void {
    this.#current[clock] += milliseconds;
  }

  /** Returns a function that also records how long it takes; several of one clock add up. */
  timed(clock: number, run: () => void): () => void {
    return () => {
      const begin = performance.now();
      run();
      this.record(clock, performance.now() - begin);
    };
  }

  /** Ends a run of the executable. */
  endRun(): void {
    for (const [clock, milliseconds] of this.#current.entries()) {
      this.#shortest[clock] = Math.min(this.#shortest[clock], milliseconds);
      this.#current[clock] = 0;
    }
  }

  /** Returns the shortest time of each step over all runs so far; null before the first. */
  shortest(): readonly (number | null)[] {
    return this.#shortest.map((milliseconds) => (milliseconds === Number.POSITIVE_INFINITY ? null : milliseconds));
  }
}
