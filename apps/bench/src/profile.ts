/** What one step of a plan has to do, and took: as `profile` of `@manabi/core` reports it. */
export interface ProfiledStep {
  readonly name: string;
  /** Deeper steps belong to the loop or branch before them, and are part of its numbers. */
  readonly depth: number;
  readonly runs: number;
  readonly operations: number;
  readonly bytes: number;
  readonly milliseconds: number;
  /** Shortest time that the machine could take: for the operations at its peak, or for a copy of as many bytes. */
  readonly limitMs: number;
  /** Which of the two it is. */
  readonly limit: 'arithmetic' | 'memory';
}

/** The steps of one run of a task. */
export interface Profile {
  readonly steps: readonly ProfiledStep[];
  /** Shortest time of a whole run; steps are each the shortest of theirs. */
  readonly milliseconds: number;
  readonly runs: number;
  /** Multiplications and additions in registers, four at a time, on one thread. */
  readonly peakGflops: number;
}
