/** Operation count and time of one step of a plan, as reported by `profile` of `@manabi/core`. */
export interface ProfiledStep {
  readonly name: string;
  /** Nesting depth; a deeper step belongs to the loop or branch that precedes it, whose numbers include it. */
  readonly depth: number;
  readonly runs: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /**
   * Shortest possible time in milliseconds: the longer of the time for the operations at peak rate and the time to copy
   * as many bytes.
   */
  readonly limitMs: number;
  /**
   * Which of the two times is longer: that of the operations (`arithmetic`), or that of copying the bytes (`memory`).
   */
  readonly limit: 'arithmetic' | 'memory';
}

/** Steps of one run of a task. */
export interface Profile {
  readonly steps: readonly ProfiledStep[];
  /** Shortest time of a complete run in milliseconds. It may differ from the sum of the shortest times of all steps. */
  readonly milliseconds: number;
  readonly runs: number;
  /** Peak rate of one thread in GFLOP/s, measured with multiplications and additions of four lanes in registers. */
  readonly peakGflops: number;
}
