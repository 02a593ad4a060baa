/** Factor by which the number of required runs grows each time that constant weights have changed. */
const GROWTH = 4;

/** Counts for how many runs the weights of a program have stayed the same. */
export class StableInputs {
  readonly #weights: readonly number[];
  readonly #factors: ReadonlySet<number>;
  readonly #last: number[];
  readonly #runs: number[];
  #required: number;

  /**
   * @param weights inputs that are probably weights
   * @param factors weights of which at least one must stay the same, because constants are worth little without it
   * @param required number of runs with the same weights after which these are stable
   */
  constructor(weights: readonly number[], factors: ReadonlySet<number>, required: number) {
    this.#weights = weights;
    this.#factors = factors;
    this.#required = required;
    this.#last = weights.map(() => Number.NaN);
    this.#runs = weights.map(() => 0);
  }

  /**
   * Counts a run. Returns the weights that have stayed the same for the required number of runs, this one included, as soon as
   * all others have changed in this very run; an empty list before.
   *
   * @param serials numbers of the buffers of all inputs
   */
  afterRun(serials: readonly number[]): readonly number[] {
    let isSettled = true;
    for (let i = 0; i < this.#weights.length; i++) {
      const serial = serials[this.#weights[i]];
      this.#runs[i] = serial === this.#last[i] ? this.#runs[i] + 1 : 1;
      this.#last[i] = serial;
      if (this.#runs[i] > 1 && this.#runs[i] < this.#required) isSettled = false;
    }
    if (!isSettled) return [];
    const stable = this.#weights.filter((_, i) => this.#runs[i] >= this.#required);
    return stable.some((input) => this.#factors.has(input)) ? stable : [];
  }

  /** Reports that weights which had been stable have changed: from now on, more runs are required. */
  changed(): void {
    this.#required *= GROWTH;
    this.#runs.fill(0);
    this.#last.fill(Number.NaN);
  }
}
