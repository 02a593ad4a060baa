/** Measures the steps of a plan in their order, those of plans within behind their step. */
export class StepClocks {
  readonly #current: number[] = [];
  readonly #shortest: number[] = [];

  /**
   * A clock for the next step.
   *
   * @returns what makes a function one that is measured; several of one step add up
   */
  add(): (run: () => void) => () => void {
    const clock = this.#current.push(0) - 1;
    this.#shortest.push(Number.POSITIVE_INFINITY);
    return (run) => () => {
      const begin = performance.now();
      run();
      this.#current[clock] += performance.now() - begin;
    };
  }

  /** Says that a run of the plan has ended. */
  endRun(): void {
    for (const [clock, milliseconds] of this.#current.entries()) {
      this.#shortest[clock] = Math.min(this.#shortest[clock], milliseconds);
      this.#current[clock] = 0;
    }
  }

  /** The shortest time of each step over all runs so far; null before the first. */
  shortest(): readonly (number | null)[] {
    return this.#shortest.map((milliseconds) => (milliseconds === Number.POSITIVE_INFINITY ? null : milliseconds));
  }
}
