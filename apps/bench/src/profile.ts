/** Work and time of one step of a plan, as reported by `profile` of `@manabi/core`. */
export interface ProfiledStep {
  readonly name: string;
  /** Nesting depth; deeper steps belong to the loop or branch before them, and are included in its numbers. */
  readonly depth: number;
  readonly runs: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Shortest possible time: for the operations at peak rate, or for copying the same number of bytes. */
  readonly limitMs: number;
  /** Which of the two limits applies. */
  readonly limit: 'arithmetic' | 'memory';
}

/** Steps of one run of a task. */
export interface Profile {
  readonly steps: readonly ProfiledStep[];
  /** Shortest time of a complete run; each step reports its own shortest time. */
  readonly milliseconds: number;
  readonly runs: number;
  /** Rate of multiply-adds in registers, four at a time, on one thread. */
  readonly peakGflops: number;
}
