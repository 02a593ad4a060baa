/** Shortest time in milliseconds from which a plan is always shared: waking other threads costs little in comparison. */
const LONG_MS = 2;

/** Number of runs in each phase of a trial. The first one is not timed, because the caches of the processors change hands. */
const TRIAL_RUNS = 8;

/** Number of runs until the next trial. */
const SETTLED_RUNS = 512;

/** Largest ratio of the times of shared runs and of others at which runs are shared: small gains are not worth a processor. */
const WORTH = 0.95;

/**
 * Decides by measured times whether a short plan runs on several threads. What a helper costs cannot be computed: whether it
 * sleeps, how long the system takes to wake it, and where the data are that it reads.
 */
export class SharingTrial {
  #runs = 0;
  #isShared = true;
  /** Shortest time of a run in milliseconds. */
  #least = Number.POSITIVE_INFINITY;
  readonly #times = { shared: [] as number[], alone: [] as number[] };

  /** Returns whether to share the tasks of the next run. */
  isShared(): boolean {
    if (this.#runs < TRIAL_RUNS) return true;
    return this.#runs >= 2 * TRIAL_RUNS && this.#isShared;
  }

  /**
   * Adds the time of a run in milliseconds.
   *
   * @param couldShare whether helpers could take tasks of it
   */
  add(milliseconds: number, couldShare: boolean): void {
    this.#least = Math.min(this.#least, milliseconds);
    if (this.#least > LONG_MS) return;
    if (this.#runs < TRIAL_RUNS && !couldShare) return;
    const { shared, alone } = this.#times;
    if (this.#runs < 2 * TRIAL_RUNS && this.#runs % TRIAL_RUNS > 0)
      (this.#runs < TRIAL_RUNS ? shared : alone).push(milliseconds);
    this.#runs++;
    if (this.#runs === 2 * TRIAL_RUNS) this.#isShared = median(shared.splice(0)) < WORTH * median(alone.splice(0));
    if (this.#runs === 2 * TRIAL_RUNS + SETTLED_RUNS) this.#runs = 0;
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
