import type { ManabiError } from '@manabi/errors';

/**
 * A check whether the indices of a run were in range, whose outcome is known only after the GPU has finished. All values
 * that depend on the run refer to the check.
 */
export class LateCheck {
  /** The error found; null if all indices were in range, or if the outcome is still unknown. */
  error: ManabiError | null = null;
  /** Resolves once the outcome is known. */
  readonly settled: Promise<void>;
  #isSettled = false;

  /** @param outcome resolves with the error, or with null if all indices were in range; must not reject */
  constructor(outcome: Promise<ManabiError | null>) {
    this.settled = outcome.then((error) => {
      this.error = error;
      this.#isSettled = true;
    });
  }

  /** Whether the check has completed without an error. */
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
