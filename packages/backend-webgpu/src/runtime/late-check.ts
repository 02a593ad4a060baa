import type { ManabiError } from '@manabi/errors';

/**
 * Checks whether all indices of a run were in range. The outcome is known only after the GPU has finished the run;
 * until then, every value that depends on the run refers to this check.
 */
export class LateCheck {
  /** The index error of the run; null if all indices were in range, or if the outcome is still unknown. */
  error: ManabiError | null = null;
  /** Promise that resolves once the outcome is known, whether an index error was found or not. */
  readonly settled: Promise<void>;
  #isSettled = false;

  /** @param outcome promise of the index error, or of null if all indices were in range; must not reject */
  constructor(outcome: Promise<ManabiError | null>) {
    this.settled = outcome.then((error) => {
      this.error = error;
      this.#isSettled = true;
    });
  }

  /** Whether the outcome is known and all indices were in range. */
  get hasPassed(): boolean {
    return this.#isSettled && this.error === null;
  }
}

/**
 * Waits for the outcome of checks, in order.
 *
 * @throws ManabiError the error of the first check that failed
 */
export async function awaitChecks(checks: readonly LateCheck[]): Promise<void> {
  for (const check of checks) {
    await check.settled;
    if (check.error !== null) throw check.error;
  }
}
