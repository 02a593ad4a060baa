/** Operation count and time of one step of a plan, as reported by `profile` of `@manabi/core`. */
export interface ProfiledStep {
  readonly name: string;
  /** Nesting depth; a deeper step belongs to the loop or branch that precedes it, whose numbers include it. */
  readonly depth: number;
  readonly runs: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Shortest possible time: the time of the operations at peak rate or of copying as many bytes, whichever is longer. */
  readonly limitMs: number;
  /** Whether the operations or the copying of bytes determine the shortest possible time. */
  readonly limit: 'arithmetic' | 'memory';
}

/** Steps of one run of a task. */
export interface Profile {
  readonly steps: readonly ProfiledStep[];
  /** Shortest time of a complete run; each step reports its own shortest time. */
  readonly milliseconds: number;
  readonly runs: number;
  /** Peak rate of one thread: multiply-adds of four lanes in registers. */
  readonly peakGflops: number;
}
